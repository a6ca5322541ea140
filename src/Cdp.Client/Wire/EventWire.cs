using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;

namespace Cdp.Client.Wire;

// How events and what became of them cross a silo's border. Fields are added, never changed.

/// <summary>An event is its body as the journal keeps it: a format of its own with golden files.</summary>
[GenerateSerializer, Immutable, Alias("cdp.CustomerEvent")]
internal struct CustomerEventWire
{
    [Id(0)] public ReadOnlyMemory<byte> Body;
}

[RegisterConverter]
internal sealed class CustomerEventConverter : IConverter<CustomerEvent, CustomerEventWire>
{
    public CustomerEvent ConvertFromSurrogate(in CustomerEventWire wire) => EventBody.Read(wire.Body);

    public CustomerEventWire ConvertToSurrogate(in CustomerEvent value) => new() { Body = value.Body };
}

[GenerateSerializer, Immutable, Alias("cdp.EventOutcome")]
internal struct EventOutcomeWire
{
    [Id(0)] public string MessageId;
    [Id(1)] public EventStatus Status;
    [Id(2)] public CustomerId? Profile;
    [Id(3)] public Reason[] Reasons;
}

[RegisterConverter]
internal sealed class EventOutcomeConverter : IConverter<EventOutcome, EventOutcomeWire>
{
    public EventOutcome ConvertFromSurrogate(in EventOutcomeWire wire) => new(wire.MessageId, wire.Status, wire.Profile, wire.Reasons);

    public EventOutcomeWire ConvertToSurrogate(in EventOutcome value) => new()
    {
        MessageId = value.MessageId,
        Status = value.Status,
        Profile = value.Profile,
        Reasons = [.. value.Reasons],
    };
}
