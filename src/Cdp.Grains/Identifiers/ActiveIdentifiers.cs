namespace Cdp.Grains.Identifiers;

/// <summary>The identifiers that are active on this silo.</summary>
internal sealed class ActiveIdentifiers(CdpGrainsOptions options) : ActiveGrains<GrainId, IdentifierGrain>(options.MaxActiveIdentifiers);
