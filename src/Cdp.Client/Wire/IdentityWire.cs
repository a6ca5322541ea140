using Cdp.Core.Actors;
using Cdp.Core.Identity;

namespace Cdp.Client.Wire;

// How identity types of Core cross a silo's border. Core knows no Orleans, so each has a stand-in here. Fields are added, never changed.

[GenerateSerializer, Immutable, Alias("cdp.Identifier")]
internal struct IdentifierWire
{
    [Id(0)] public string Type;
    [Id(1)] public string Value;
}

[RegisterConverter]
internal sealed class IdentifierConverter : IConverter<Identifier, IdentifierWire>
{
    public Identifier ConvertFromSurrogate(in IdentifierWire wire) => new(wire.Type, wire.Value);

    public IdentifierWire ConvertToSurrogate(in Identifier value) => new() { Type = value.Type, Value = value.Value };
}

[GenerateSerializer, Immutable, Alias("cdp.CustomerId")]
internal struct CustomerIdWire
{
    [Id(0)] public Guid Value;
}

[RegisterConverter]
internal sealed class CustomerIdConverter : IConverter<CustomerId, CustomerIdWire>
{
    public CustomerId ConvertFromSurrogate(in CustomerIdWire wire) => new(wire.Value);

    public CustomerIdWire ConvertToSurrogate(in CustomerId value) => new() { Value = value.Value };
}

[GenerateSerializer, Immutable, Alias("cdp.CustomerFacts")]
internal struct CustomerFactsWire
{
    [Id(0)] public CustomerId Id;
    [Id(1)] public long Version;
    [Id(2)] public long CreatedAtMs;
    [Id(3)] public Dictionary<string, int> CountByType;
    [Id(4)] public int IdentifierCount;
    [Id(5)] public OwnedIdentifier[]? Identifiers;
    [Id(6)] public Identifier[]? Listed;
    [Id(7)] public bool IsThird;
    [Id(8)] public bool WasIdentified;
    [Id(11)] public bool HasSeen;
}

[GenerateSerializer, Immutable, Alias("cdp.OwnedIdentifier")]
internal struct OwnedIdentifierWire
{
    [Id(0)] public Identifier Identifier;
    [Id(1)] public long LinkedAtMs;
    [Id(2)] public long LastSeenMs;
}

[RegisterConverter]
internal sealed class OwnedIdentifierConverter : IConverter<OwnedIdentifier, OwnedIdentifierWire>
{
    public OwnedIdentifier ConvertFromSurrogate(in OwnedIdentifierWire wire) => new(wire.Identifier, wire.LinkedAtMs, wire.LastSeenMs);

    public OwnedIdentifierWire ConvertToSurrogate(in OwnedIdentifier value) =>
        new() { Identifier = value.Identifier, LinkedAtMs = value.LinkedAtMs, LastSeenMs = value.LastSeenMs };
}

[RegisterConverter]
internal sealed class CustomerFactsConverter : IConverter<CustomerFacts, CustomerFactsWire>
{
    public CustomerFacts ConvertFromSurrogate(in CustomerFactsWire wire) =>
        new(wire.Id, wire.Version, wire.CreatedAtMs, wire.CountByType, wire.IdentifierCount)
        {
            Identifiers = wire.Identifiers ?? [],
            Listed = wire.Listed ?? [],
            IsThird = wire.IsThird,
            WasIdentified = wire.WasIdentified,
            HasSeen = wire.HasSeen,
        };

    public CustomerFactsWire ConvertToSurrogate(in CustomerFacts value) => new()
    {
        Id = value.Id,
        Version = value.Version,
        CreatedAtMs = value.CreatedAtMs,
        CountByType = value.CountByType.ToDictionary(StringComparer.Ordinal),
        IdentifierCount = value.IdentifierCount,
        Identifiers = [.. value.Identifiers],
        Listed = [.. value.Listed],
        IsThird = value.IsThird,
        WasIdentified = value.WasIdentified,
        HasSeen = value.HasSeen,
    };
}

[GenerateSerializer, Immutable, Alias("cdp.Reason")]
internal struct ReasonWire
{
    [Id(0)] public string Code;
    [Id(1)] public string? Identifier;
    [Id(2)] public string? Detail;
}

[RegisterConverter]
internal sealed class ReasonConverter : IConverter<Reason, ReasonWire>
{
    public Reason ConvertFromSurrogate(in ReasonWire wire) => new(wire.Code, wire.Identifier, wire.Detail);

    public ReasonWire ConvertToSurrogate(in Reason value) => new() { Code = value.Code, Identifier = value.Identifier, Detail = value.Detail };
}

[GenerateSerializer, Immutable, Alias("cdp.Via")]
internal struct ViaWire
{
    [Id(0)] public Identifier? Identifier;
    [Id(1)] public long AtLeastVersion;
}

[RegisterConverter]
internal sealed class ViaConverter : IConverter<Via, ViaWire>
{
    public Via ConvertFromSurrogate(in ViaWire wire) => new(wire.Identifier, wire.AtLeastVersion);

    public ViaWire ConvertToSurrogate(in Via value) => new() { Identifier = value.Identifier, AtLeastVersion = value.AtLeastVersion };
}
