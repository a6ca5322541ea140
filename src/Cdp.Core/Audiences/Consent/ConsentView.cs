using Cdp.Core.Identity;

namespace Cdp.Core.Audiences.Consent;

/// <summary>One part's statements.</summary>
/// <param name="Stream">The part.</param>
/// <param name="Register">What was said through it.</param>
public sealed record ConsentPart(CustomerId Stream, ConsentRegister Register);

/// <summary>Two profiles became one.</summary>
/// <param name="Survivor">The stream that absorbed.</param>
/// <param name="Absorbed">The stream that was absorbed.</param>
/// <param name="AtMs">Unix milliseconds of the merge.</param>
public sealed record PartsJoined(CustomerId Survivor, CustomerId Absorbed, long AtMs);

/// <summary>The consent in force.</summary>
/// <param name="State">What is in force.</param>
/// <param name="AtMs">Unix milliseconds of the statement that decides; 0 when nobody has said anything.</param>
/// <param name="Source">Its source's name; null when nobody has said anything.</param>
/// <param name="Proof">Its proof.</param>
/// <param name="Stream">The part it came in by.</param>
public sealed record ConsentInForce(ConsentState State, long AtMs, string? Source, string? Proof, CustomerId? Stream);

/// <summary>
/// The consent of a profile over its parts. Within one part the newest statement counts, those on the channel and those on the purpose as a whole taken
/// together. Between parts a denial counts until a grant that is newer than both the denial and the merge that brought the two parts together: a person
/// who said no as one profile has not said yes by being recognised. The order of parts and merges makes no difference.
/// </summary>
/// <param name="parts">The parts; no stream twice.</param>
/// <param name="merges">All merges among them. Two parts that no merge joins count as joined in the far future: then the denial stands.</param>
public sealed class ConsentView(IReadOnlyList<ConsentPart> parts, IReadOnlyList<PartsJoined> merges)
{
    private static readonly ConsentInForce Nothing = new(ConsentState.Unset, 0, null, null, null);

    /// <summary>Every purpose, and pair of purpose and channel, that something was said of, in ordinal order.</summary>
    public IReadOnlyList<(string Purpose, string? Channel)> Named =>
        [.. parts.SelectMany(p => p.Register.Entries.Select(e => e.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Split)];

    /// <summary>What is in force.</summary>
    /// <param name="purpose">The purpose.</param>
    /// <param name="channel">The channel; null for the purpose as a whole.</param>
    /// <returns>The state, and the statement that decides.</returns>
    public ConsentInForce Of(string purpose, string? channel)
    {
        List<(int Part, ConsentRegister.Entry Entry)> said = [];
        for (var i = 0; i < parts.Count; i++)
        {
            if (Newest(parts[i].Register, purpose, channel) is { } entry) said.Add((i, entry));
        }

        if (said.Count == 0) return Nothing;
        if (said.Count == 1) return Show(said[0]);
        var standing = said.Where(d => d.Entry.State == ConsentState.Denied && !said.Exists(g => Lifts(g, d))).ToArray();
        return Show((standing.Length > 0 ? standing : said.Where(s => s.Entry.State != ConsentState.Denied)).Aggregate((a, b) => b.Entry.Beats(a.Entry) ? b : a));
    }

    /// <summary>The state alone, which for a profile of one part costs nothing but the look-up.</summary>
    /// <param name="purpose">The purpose.</param>
    /// <param name="channel">The channel; null for the purpose as a whole.</param>
    /// <returns>The state.</returns>
    public ConsentState StateOf(string purpose, string? channel) =>
        parts.Count == 1 ? Newest(parts[0].Register, purpose, channel)?.State ?? ConsentState.Unset : Of(purpose, channel).State;

    private static ConsentRegister.Entry? Newest(ConsentRegister register, string purpose, string? channel)
    {
        var whole = register.Find(purpose);
        var own = channel is null ? null : register.Find(ConsentRegister.Key(purpose, channel));
        return own is { } o && (whole is not { } w || o.Beats(w)) ? own : whole;
    }

    private static (string Purpose, string? Channel) Split(string key) =>
        key.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? (key[..slash], key[(slash + 1)..]) : (key, null);

    private bool Lifts((int Part, ConsentRegister.Entry Entry) grant, (int Part, ConsentRegister.Entry Entry) denial) =>
        grant.Entry.State == ConsentState.Granted
        && grant.Entry.Origin.OrderMs > denial.Entry.Origin.OrderMs
        && grant.Entry.Origin.OrderMs > JoinedMs(parts[grant.Part].Stream, parts[denial.Part].Stream);

    /// <summary>When two parts came to belong to one profile: merges in their order, until both are in one group.</summary>
    private long JoinedMs(CustomerId left, CustomerId right)
    {
        HashSet<CustomerId> group = [left];
        List<PartsJoined> open = [];
        foreach (var merge in merges.OrderBy(m => m.AtMs))
        {
            open.Add(merge);
            while (open.FindIndex(m => group.Contains(m.Survivor) || group.Contains(m.Absorbed)) is >= 0 and var at)
            {
                group.Add(open[at].Survivor);
                group.Add(open[at].Absorbed);
                open.RemoveAt(at);
            }

            if (group.Contains(right)) return merge.AtMs;
        }

        return long.MaxValue;
    }

    private ConsentInForce Show((int Part, ConsentRegister.Entry Entry) said) => new(
        said.Entry.State, said.Entry.Origin.OrderMs, said.Entry.Origin.Source, said.Entry.Proof, parts[said.Part].Stream);
}
