using Cdp.Core.Audiences.Consent;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Profiles.Splits;

/// <summary>Who gets what when one customer becomes two: pure, from the state and the history that it is the fold of.</summary>
/// <param name="Kept">The state of the side that gives, at its next version.</param>
/// <param name="Given">The state of the other side, right behind the events that it gets.</param>
/// <param name="GivenFrom">The last version of the other side's stream before the split; 0 for a new one.</param>
/// <param name="Moved">The events that change streams, in the order in which the other side gets them.</param>
internal sealed record Split(CustomerState Kept, CustomerState Given, long GivenFrom, IReadOnlyList<PlacedEvent> Moved)
{
    /// <summary>Takes a merge back: the absorbed customer gets its parts, its identifiers, and the events that came in by them since.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="history">Its history.</param>
    /// <param name="loser">Who was absorbed.</param>
    /// <param name="neverMerge">Whether the two are barred from each other from now on.</param>
    /// <param name="nowMs">Unix milliseconds of the split.</param>
    /// <returns>The two sides.</returns>
    public static Split ByMerge(CustomerState state, FamilyHistory history, CustomerId loser, bool neverMerge, long nowMs)
    {
        var family = history.FamilyOf(loser);
        List<PlacedEvent> moved = [.. history.Events.Where(e => family.Contains(e.Part) && !family.Contains(e.Row.Stream))];
        // Each side keeps the bars that it brought along; one of which that is not known any more stays with both.
        var (keptBars, givenBars) = (history.BarsOf(history.Streams.Except(family)), history.BarsOf(family));
        var from = state.Absorbed.First(a => a.Stream == loser).LastVersion;
        var given = Make(
            loser,
            from + moved.Count + 1,
            nowMs,
            state.Absorbed.Where(a => a.Stream != loser && family.Contains(a.Stream)),
            state.Parts.Where(p => family.Contains(p.Stream)),
            state.Links.Values.Where(l => family.Contains(l.Part)).Select(l => Relink(l, l.Part, new(loser, from + moved.Count + 1))),
            [],
            Barred(state.NeverMergeWith.Where(b => givenBars.Contains(b) || !keptBars.Contains(b)), state.Id, neverMerge),
            state.Listed.Where(l => family.Contains(l.Part)),
            state.Joins.Where(j => family.Contains(j.Survivor)));
        var kept = Make(
            state.Id,
            state.Version + 1,
            nowMs,
            state.Absorbed.Where(a => !family.Contains(a.Stream)),
            state.Parts.Where(p => !family.Contains(p.Stream)),
            state.Links.Values.Where(l => !family.Contains(l.Part)),
            state.Refusals,
            Barred(state.NeverMergeWith.Where(b => keptBars.Contains(b) || !givenBars.Contains(b)), loser, neverMerge),
            state.Listed.Where(l => !family.Contains(l.Part)),
            state.Joins.Where(j => !family.Contains(j.Absorbed)),
            state.IsThird);
        kept.RestoreMemberships(state.Memberships, state.JudgedBy);
        Share(state, kept, given);
        kept.RestoreActivation(state.Activation.Only([.. kept.Parts.Select(p => p.Stream)]));
        given.RestoreActivation(state.Activation.Only(family));
        return new(kept, given, from, moved);
    }

    /// <summary>Makes a new customer of some identifiers and of the events that came in by them.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="history">Its history.</param>
    /// <param name="identifiers">Identifiers that it owns, but not all of them.</param>
    /// <param name="id">The new customer.</param>
    /// <param name="neverMerge">As in <see cref="ByMerge"/>.</param>
    /// <param name="nowMs">Unix milliseconds of the split.</param>
    /// <returns>The two sides.</returns>
    public static Split ByIdentifiers(
        CustomerState state, FamilyHistory history, IReadOnlySet<Identifier> identifiers, CustomerId id, bool neverMerge, long nowMs)
    {
        List<PlacedEvent> moved = [.. history.Events.Where(e => identifiers.Contains(e.Anchor)).Select(e => e with { Part = id })];
        var part = new ProfilePart(id);
        foreach (var placed in moved) part.Fold(placed.Event, placed.Anchor);
        part.Seen.Keep([.. identifiers.SelectMany(state.SeenBy).OrderBy(e => e.ReceivedAtMs).ThenBy(e => e.Hash)]);
        var given = Make(
            id,
            moved.Count + 1,
            nowMs,
            [],
            [part],
            state.Links.Values.Where(l => identifiers.Contains(l.Identifier)).Select(l => Relink(l, id, new(id, moved.Count + 1))),
            [],
            Barred(state.NeverMergeWith, state.Id, neverMerge),
            [],
            [],
            state.IsThird);

        var byPart = history.Events.ToLookup(e => e.Part);
        var patches = history.Patches.ToLookup(p => p.Part, p => p.Record);
        var kept = Make(
            state.Id,
            state.Version + 1,
            nowMs,
            state.Absorbed,
            state.Parts.Select(p => Remainder(p, [.. byPart[p.Stream]], [.. patches[p.Stream]])),
            state.Links.Values.Where(l => !identifiers.Contains(l.Identifier)),
            state.Refusals,
            Barred(state.NeverMergeWith, id, neverMerge),
            state.Listed,
            state.Joins,
            state.IsThird);
        kept.RestoreMemberships(state.Memberships, state.JudgedBy);
        Share(state, kept, given);
        kept.RestoreActivation(state.Activation.Only([.. kept.Parts.Select(p => p.Stream)]));
        return new(kept, given, 0, moved);

        ProfilePart Remainder(ProfilePart old, IReadOnlyList<PlacedEvent> all, IReadOnlyList<PatchedRecord> written)
        {
            var (leaving, staying) = (all.Where(e => identifiers.Contains(e.Anchor)).ToList(), all.Where(e => !identifiers.Contains(e.Anchor)).ToList());
            return leaving.Count > 0 ? PartRemainder.Of(old, staying, leaving, written, identifiers) : old;
        }
    }

    // A device goes with the identifier of its name; one that has none stays.
    private static void Share(CustomerState state, CustomerState kept, CustomerState given)
    {
        if (ReferenceEquals(state.Track, TrackState.Empty)) return;
        HashSet<string> names = [.. given.Links.Keys.Select(i => i.Value)];
        var (stays, goes) = state.Track.Split(names.Contains);
        kept.RestoreTrack(stays, 0);
        given.RestoreTrack(goes, 0);
    }

    private static IEnumerable<CustomerId> Barred(IEnumerable<CustomerId> before, CustomerId other, bool neverMerge) => neverMerge ? [.. before, other] : before;

    private static CustomerState Make(
        CustomerId id,
        long version,
        long nowMs,
        IEnumerable<(CustomerId Stream, long LastVersion)> absorbed,
        IEnumerable<ProfilePart> parts,
        IEnumerable<Link> links,
        IEnumerable<(Identifier Identifier, string Code)> refusals,
        IEnumerable<CustomerId> neverMergeWith,
        IEnumerable<ListedLink> listed,
        IEnumerable<PartsJoined> joins,
        bool isThird = false)
    {
        var state = new CustomerState(id);
        state.Restore(version, nowMs, CustomerStatus.Live, null, absorbed, parts, links, refusals, neverMergeWith, joins);
        state.RestoreSharing(isThird, listed);
        return state;
    }

    private static Link Relink(Link link, CustomerId part, Epoch epoch) => new()
    {
        Identifier = link.Identifier,
        Part = part,
        LinkedAtMs = link.LinkedAtMs,
        LastSeenMs = link.LastSeenMs,
        Source = link.Source,
        Epoch = epoch,
        NotBeforeMs = link.NotBeforeMs,
    };
}
