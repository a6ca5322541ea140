using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Core.Traits;

namespace Cdp.Client.Wire;

// How records and what goes with them cross a silo's border. Fields are added, never changed.

[GenerateSerializer, Immutable, Alias("cdp.JournalRow")]
internal struct JournalRowWire
{
    [Id(0)] public CustomerId Stream;
    [Id(1)] public long Version;
    [Id(2)] public RecordKind Kind;
    [Id(3)] public long TimeMs;
    [Id(4)] public ReadOnlyMemory<byte> Body;
}

[RegisterConverter]
internal sealed class JournalRowConverter : IConverter<JournalRow, JournalRowWire>
{
    public JournalRow ConvertFromSurrogate(in JournalRowWire wire) => new(wire.Stream, wire.Version, wire.Kind, wire.TimeMs, wire.Body);

    public JournalRowWire ConvertToSurrogate(in JournalRow value) => new()
    {
        Stream = value.Stream,
        Version = value.Version,
        Kind = value.Kind,
        TimeMs = value.TimeMs,
        Body = value.Body,
    };
}

[GenerateSerializer, Immutable, Alias("cdp.HoldToken")]
internal struct HoldTokenWire
{
    [Id(0)] public Guid Value;
}

[RegisterConverter]
internal sealed class HoldTokenConverter : IConverter<HoldToken, HoldTokenWire>
{
    public HoldToken ConvertFromSurrogate(in HoldTokenWire wire) => new(wire.Value);

    public HoldTokenWire ConvertToSurrogate(in HoldToken value) => new() { Value = value.Value };
}

[GenerateSerializer, Immutable, Alias("cdp.PatchedRecord")]
internal struct PatchedRecordWire
{
    [Id(0)] public long OrderMs;
    [Id(1)] public int Priority;
    [Id(2)] public string MessageId;
    [Id(3)] public string Source;
    [Id(4)] public ReadOnlyMemory<byte> Traits;
    [Id(5)] public ReadOnlyMemory<byte> Rules;
}

[RegisterConverter]
internal sealed class PatchedRecordConverter : IConverter<PatchedRecord, PatchedRecordWire>
{
    public PatchedRecord ConvertFromSurrogate(in PatchedRecordWire wire) =>
        new(new Origin(wire.OrderMs, wire.Priority, wire.MessageId, wire.Source), wire.Traits) { Rules = WrittenRules.Read(wire.Rules) };

    public PatchedRecordWire ConvertToSurrogate(in PatchedRecord value) => new()
    {
        OrderMs = value.Origin.OrderMs,
        Priority = value.Origin.Priority,
        MessageId = value.Origin.MessageId,
        Source = value.Origin.Source,
        Traits = value.Traits,
        Rules = value.Rules.ToJson(),
    };
}

[GenerateSerializer, Immutable, Alias("cdp.EraseCounts")]
internal struct EraseCountsWire
{
    [Id(0)] public int ProfileIds;
    [Id(1)] public int Identifiers;
    [Id(2)] public long Events;
}

[RegisterConverter]
internal sealed class EraseCountsConverter : IConverter<EraseCounts, EraseCountsWire>
{
    public EraseCounts ConvertFromSurrogate(in EraseCountsWire wire) => new(wire.ProfileIds, wire.Identifiers, wire.Events);

    public EraseCountsWire ConvertToSurrogate(in EraseCounts value) => new()
    {
        ProfileIds = value.ProfileIds,
        Identifiers = value.Identifiers,
        Events = value.Events,
    };
}
