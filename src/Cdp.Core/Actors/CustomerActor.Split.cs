using Cdp.Core.Audiences.Membership;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Core.Profiles.Splits;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    /// <summary>The most stored events of a profile that can be split: all of them are read, and what changes sides is one commit.</summary>
    public const int MaxSplitEvents = 100_000;

    /// <inheritdoc/>
    public async ValueTask<Answer<SplitAnswer>> SplitAsync(Via via, PersonSplit split)
    {
        var (state, status) = await LoadAsync(via.AtLeastVersion);
        if (state is null) return new(status, null, _successor);
        if (IsHeld()) return new(CallStatus.Busy);
        if (!Answers(state, via)) return new(CallStatus.NotMine);
        status = await SettledAsync(state);
        if (status != CallStatus.Done) return new(status);
        if (split.Undo is null && split.Identifiers.Any(i => !state.Links.ContainsKey(i))) return Refused(SplitRefusals.NotOwned);
        if (split.Undo is null && split.Identifiers.Distinct().Count() == state.Links.Count) return Refused(SplitRefusals.NothingLeft);
        try
        {
            var history = await FamilyHistory.ReadAsync(services.Journal, workspace, id, state.Version, MaxSplitEvents);
            if (history is null) return Refused(SplitRefusals.TooLarge);
            return split.Undo is not { } undo ? await CommitAsync(state, history, ByIdentifiers(state, history, split), split)
                : history.AbsorbedBy(undo) is { } loser
                ? await CommitAsync(state, history, Split.ByMerge(state, history, loser, split.NeverMerge, services.NowMs), split)
                : Refused(SplitRefusals.NotMerged);
        }
        catch (JournalUnavailableException)
        {
            return new(CallStatus.Unavailable);
        }

        Answer<SplitAnswer> Refused(string code) => new(CallStatus.Done, new(code, id, id, 0, 0));
    }

    private Split ByIdentifiers(CustomerState state, FamilyHistory history, PersonSplit split) =>
        Split.ByIdentifiers(state, history, split.Identifiers.ToHashSet(), services.Ids.NewCustomer(), split.NeverMerge, services.NowMs);

    private async ValueTask<Answer<SplitAnswer>> CommitAsync(CustomerState state, FamilyHistory history, Split split, PersonSplit asked)
    {
        var nowMs = services.NowMs;
        var given = split.Given.Id;
        var kept = new SplitRecord(given, ReasonCodes.Split, asked.Note, asked.Undo, StateCodec.Write(split.Kept), []);
        var restored = new SplitRecord(id, ReasonCodes.Split, asked.Note, asked.Undo, StateCodec.Write(split.Given), [.. Runs(split.Moved)]);
        var body = SplitCodec.Write(kept);
        var leaving = split.Moved.ToLookup(m => m.Row.Stream);
        var unit = new UnitOfWork(
            workspace,
            [
                new(id, state.Version, [new(RecordKind.Split, nowMs, body)]),
                new(given, split.GivenFrom,
                [
                    .. split.Moved.Select(m => new JournalEntry(RecordKind.Event, m.Row.TimeMs, m.Row.Body)),
                    new(RecordKind.Restored, nowMs, SplitCodec.Write(restored)),
                ]),
            ],
            [.. split.Given.Links.Values.Select(l => new OwnershipChange(
                l.Identifier, state.Links[l.Identifier].Epoch, given, l.Epoch, l.LinkedAtMs, l.LastSeenMs, l.Source))])
        {
            // The snapshots of all streams go, those that no event leaves included: one from before the merge's end holds what is the other side's by now,
            // and would outlive an erasure of it. Both records hold the state, so that nobody needs them any more.
            Wakes = IsJudged(state) ? [new(id, nowMs), new(given, nowMs)] : [],
            Superseded = state.TrackedAt > 0 ? [new(id, state.TrackedAt)] : [],
            Removals = [.. history.Streams.Select(s => new EventRemoval(s, [.. leaving[s].Select(m => m.Row.Version)]))],
        };
        var status = await CommitAsync(unit);
        if (status != CallStatus.Done) return new(status);
        // What a load makes of the record, and not what it was made from: memory is a fold of what is durable.
        var now = StateCodec.Read(kept.State);
        _state = now;
        _snapshotBytes = 0;
        Committed(now, Math.Max(body.Length, services.SnapshotTailBytes));
        if (IsJudged(now)) await JudgeAllAsync(now, ChangeCause.Split, historical: false, isAnew: true);
        return new(CallStatus.Done, new(null, id, given, split.Given.Links.Count, split.Moved.Count));
    }

    private static IEnumerable<MovedEvents> Runs(IReadOnlyList<PlacedEvent> moved)
    {
        for (var i = 0; i < moved.Count;)
        {
            var from = i;
            while (i < moved.Count && (moved[i].Part, moved[i].Anchor) == (moved[from].Part, moved[from].Anchor)) i++;
            yield return new(moved[from].Part, moved[from].Anchor, i - from);
        }
    }
}
