using Cdp.Core.Audiences;

namespace Cdp.Core.Profiles;

/// <summary>What a profile shows beside its own state: what the workspace's definitions make of it, as of a moment.</summary>
/// <param name="Of">The definitions.</param>
/// <param name="Audiences">The ids of the audiences that it belongs to, in ordinal order.</param>
/// <param name="Computed">The computed traits by id, as JSON; those without a value are left out.</param>
/// <param name="UntilMs">Unix milliseconds of the first moment at which any of it may change by time alone.</param>
public sealed record ProfileExtras(
    AudiencesInForce Of, IReadOnlyList<string> Audiences, IReadOnlyList<(string Id, string Json)> Computed, long UntilMs)
{
    /// <summary>Nothing, for ever: a workspace without definitions.</summary>
    public static ProfileExtras None { get; } = new(AudiencesInForce.None, [], [], long.MaxValue);

    /// <summary>What an entity tag says of it: it can change while the profile's version stays.</summary>
    public string Tag => Of.IsEmpty ? "" : "-" + Hash().ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    private uint Hash()
    {
        // FNV-1a: nothing but a name for what was shown.
        var hash = 2_166_136_261u;
        foreach (var text in Audiences.Concat(Computed.SelectMany(c => new[] { c.Id, c.Json })))
        {
            foreach (var c in text) hash = (hash ^ c) * 16_777_619u;
            hash = (hash ^ 0x1F) * 16_777_619u;
        }

        return hash;
    }
}
