using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

/// <summary>A profile as of one committed version: immutable, with its JSON already made.</summary>
public sealed class ProfileView
{
    private HashSet<Identifier>? _set;

    /// <summary>The persistent id.</summary>
    public required CustomerId Id { get; init; }

    /// <summary>The version of the profile's stream.</summary>
    public required long Version { get; init; }

    /// <summary>The whole answer of <c>GET /v1/profiles/{ref}</c> without includes: a UTF-8 JSON object. Do not change the array.</summary>
    public required byte[] Json { get; init; }

    /// <summary>
    /// Makes the value of <c>provenance</c> for <c>?include=provenance</c> (UTF-8 JSON, trait name to where its value came from) as of
    /// <see cref="Version"/>; null when the profile has changed since, so that the profile has to be read again. It is not kept: few ask for it.
    /// </summary>
    public required Func<ValueTask<byte[]?>> TryMakeProvenanceAsync { get; init; }

    /// <summary>The own stream first, then those of all absorbed profiles, transitively.</summary>
    public required IReadOnlyList<CustomerId> Streams { get; init; }

    /// <summary>The identifiers that it owns, strongest first.</summary>
    public required IReadOnlyList<Identifier> Identifiers { get; init; }

    /// <summary>The identifiers array of the answer (UTF-8 JSON), as <c>/identities</c> shows it: a slice of <see cref="Json"/>.</summary>
    public required ReadOnlyMemory<byte> IdentifiersJson { get; init; }

    /// <summary>Strong entity tag without quotes: id and version.</summary>
    public required string ETag { get; init; }

    /// <summary>Whether it is what a caller asked for.</summary>
    /// <param name="identifier">The identifier that it was found by; null for none.</param>
    /// <param name="id">The id that it was found by; null for none.</param>
    /// <returns>True when it owns the identifier, and when the id is its own or one that it absorbed.</returns>
    public bool Answers(Identifier? identifier, CustomerId? id) =>
        (identifier is not { } held || Holds(held)) && (id is not { } asked || asked == Id || Streams.Contains(asked));

    /// <summary>Whether it owns an identifier.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <returns>True when it does.</returns>
    public bool Holds(Identifier identifier)
    {
        // Nearly all profiles have a handful; a set is made only for those whose list would take long to walk.
        if (Identifiers.Count > 16) return (_set ??= [.. Identifiers]).Contains(identifier);
        for (var i = 0; i < Identifiers.Count; i++)
        {
            if (Identifiers[i] == identifier) return true;
        }

        return false;
    }
}
