namespace Cdp.Silo.Members;

/// <summary>What a silo says of itself.</summary>
/// <param name="Version">Its release.</param>
/// <param name="Customers">Customers in its memory.</param>
/// <param name="Identifiers">Identifiers in its memory.</param>
[GenerateSerializer, Immutable, Alias("cdp.SiloReport")]
internal sealed record SiloReport([property: Id(0)] string Version, [property: Id(1)] int Customers, [property: Id(2)] int Identifiers);
