using Cdp.Core.Identity;

namespace Cdp.Client;

/// <summary>A profile as of one committed version. Immutable.</summary>
/// <param name="Id">The persistent id.</param>
/// <param name="Version">Grows with every change of this id's profile; a survivor of a merge has a count of its own.</param>
/// <param name="ETag">Strong entity tag without quotes: id and version.</param>
/// <param name="Json">The profile as <c>GET /v1/profiles/{ref}</c> answers it: a UTF-8 JSON object. Do not change what is behind it.</param>
[GenerateSerializer, Immutable, Alias("cdp.Profile")]
public sealed record Profile(
    [property: Id(0)] CustomerId Id, [property: Id(1)] long Version, [property: Id(2)] string ETag, [property: Id(3)] ReadOnlyMemory<byte> Json)
{
    /// <summary>The entity tag alone: the rest is personal data.</summary>
    /// <returns>Id and version.</returns>
    public override string ToString() => ETag;
}
