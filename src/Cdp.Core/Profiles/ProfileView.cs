using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

/// <summary>A profile as of one committed version: immutable, with its JSON already made.</summary>
public sealed class ProfileView
{
    /// <summary>The persistent id.</summary>
    public required CustomerId Id { get; init; }

    /// <summary>The version of the profile's stream.</summary>
    public required long Version { get; init; }

    /// <summary>The whole answer of <c>GET /v1/profiles/{ref}</c> without includes: a UTF-8 JSON object. Do not change the array.</summary>
    public required byte[] Json { get; init; }

    /// <summary>The value of <c>provenance</c> for <c>?include=provenance</c>, made when asked for: trait name to where its value came from.</summary>
    public required Lazy<byte[]> ProvenanceJson { get; init; }

    /// <summary>The own stream first, then those of all absorbed profiles, transitively.</summary>
    public required IReadOnlyList<CustomerId> Streams { get; init; }

    /// <summary>The identifiers that it owns.</summary>
    public required IReadOnlySet<Identifier> Identifiers { get; init; }

    /// <summary>The identifiers array of the answer (UTF-8 JSON), as <c>/identities</c> shows it.</summary>
    public required Lazy<byte[]> IdentifiersJson { get; init; }

    /// <summary>Strong entity tag without quotes: id and version.</summary>
    public required string ETag { get; init; }

    /// <summary>Whether it owns an identifier.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <returns>True when it does.</returns>
    public bool Holds(Identifier identifier) => Identifiers.Contains(identifier);
}
