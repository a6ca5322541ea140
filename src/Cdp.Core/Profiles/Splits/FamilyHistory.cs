using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Profiles.Splits;

/// <summary>One stored event and where it counts.</summary>
/// <param name="Row">The event as it is stored.</param>
/// <param name="Event">The same, read.</param>
/// <param name="Part">The part that it folded into.</param>
/// <param name="Anchor">The identifier that it came in by.</param>
internal readonly record struct PlacedEvent(JournalRow Row, CustomerEvent Event, CustomerId Part, Identifier Anchor);

/// <summary>
/// All that a customer's streams say, its own and those of everybody it absorbed: which merges there were, and where each stored event counts. A fold
/// that follows links alone, since that is all that decides where an event goes.
/// </summary>
internal sealed class FamilyHistory
{
    private const int PageRows = 1_000;
    private readonly IJournal _journal;
    private readonly string _workspace;
    private readonly Dictionary<CustomerId, Member> _members = [];
    private int _eventsLeft;

    private FamilyHistory(IJournal journal, string workspace, int maxEvents) => (_journal, _workspace, _eventsLeft) = (journal, workspace, maxEvents);

    /// <summary>The stored events, stream by stream.</summary>
    public IEnumerable<PlacedEvent> Events => _members.Values.SelectMany(m => m.Events);

    /// <summary>Writes by the API, and the part of each: that of its stream.</summary>
    public IEnumerable<(CustomerId Part, PatchedRecord Record)> Patches => _members.Values.SelectMany(m => m.Patches.Select(p => (m.Stream, p)));

    /// <summary>Reads the history of a customer.</summary>
    /// <param name="journal">The store.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="id">The customer.</param>
    /// <param name="version">The last version of its stream to take in.</param>
    /// <param name="maxEvents">More events than these are not read.</param>
    /// <returns>The history; null when there are more events.</returns>
    public static async ValueTask<FamilyHistory?> ReadAsync(IJournal journal, string workspace, CustomerId id, long version, int maxEvents)
    {
        var history = new FamilyHistory(journal, workspace, maxEvents);
        if (await history.WalkAsync(id, version) is not { } root) return null;
        foreach (var member in root.Family()) history._members.Add(member.Stream, member);
        return history;
    }

    /// <summary>Who was absorbed by a merge that has not been undone.</summary>
    /// <param name="merge">The merge.</param>
    /// <returns>The absorbed customer; null when there is no such merge in this family.</returns>
    public CustomerId? AbsorbedBy(MergeId merge) =>
        _members.TryGetValue(merge.Survivor, out var member) ? member.Children.Find(c => c.Version == merge.Version).Child?.Stream : null;

    /// <summary>The customer itself and everybody whom it absorbed.</summary>
    public IReadOnlyCollection<CustomerId> Streams => _members.Keys;

    /// <summary>A customer and everybody whom it had absorbed.</summary>
    /// <param name="id">The customer.</param>
    /// <returns>The streams.</returns>
    public HashSet<CustomerId> FamilyOf(CustomerId id) => [.. _members[id].Family().Select(m => m.Stream)];

    /// <summary>Whom some of the streams were split from for good themselves, and not through whom they had absorbed.</summary>
    /// <param name="streams">Streams of this family.</param>
    /// <returns>The customers; some may have been joined again since.</returns>
    public HashSet<CustomerId> BarsOf(IEnumerable<CustomerId> streams) => [.. streams.SelectMany(s => _members[s].OwnBars)];

    /// <summary>Walks one stream up to a version.</summary>
    /// <returns>The stream with those that it absorbed; null when there are too many events.</returns>
    private async ValueTask<Member?> WalkAsync(CustomerId stream, long upTo)
    {
        var member = new Member(stream);
        for (var after = 0L; ;)
        {
            var rows = await _journal.ReadStreamAsync(_workspace, stream, after, PageRows);
            foreach (var row in rows)
            {
                if (row.Version > upTo) return member;
                if (row.Kind == RecordKind.Event && --_eventsLeft < 0) return null;
                if (row.Kind != RecordKind.Absorbed)
                {
                    member.Take(row);
                    continue;
                }

                var absorbed = RecordCodec.ReadAbsorbed(row.Body);
                if (await WalkAsync(absorbed.Loser, absorbed.LoserVersion) is not { } loser) return null;
                member.Take(row.Version, loser);
            }

            if (rows.Count < PageRows) return member;
            after = rows[^1].Version;
        }
    }

    /// <summary>One stream of the family.</summary>
    private sealed class Member(CustomerId stream)
    {
        private Dictionary<Identifier, CustomerId> _links = [];

        public CustomerId Stream => stream;

        public List<PlacedEvent> Events { get; } = [];

        public List<PatchedRecord> Patches { get; } = [];

        /// <summary>Whom it absorbed, and the version that says so.</summary>
        public List<(long Version, Member Child)> Children { get; } = [];

        /// <summary>Whom it was split from for good, without what it took over from those that it absorbed.</summary>
        public HashSet<CustomerId> OwnBars { get; private set; } = [];

        /// <summary>Itself and everybody below.</summary>
        public IEnumerable<Member> Family()
        {
            var left = new Stack<Member>([this]);
            while (left.TryPop(out var next))
            {
                yield return next;
                foreach (var (_, child) in next.Children) left.Push(child);
            }
        }

        public void Take(long version, Member loser)
        {
            foreach (var (identifier, part) in loser._links) _links[identifier] = part;
            Children.Add((version, loser));
        }

        public void Take(JournalRow row)
        {
            switch (row.Kind)
            {
                case RecordKind.Event:
                    Place(row);
                    break;
                case RecordKind.Patched:
                    Patches.Add(RecordCodec.ReadPatched(row.Body));
                    break;
                case RecordKind.Decided:
                    Follow(RecordCodec.ReadDecided(row.Body));
                    break;
                case RecordKind.Split or RecordKind.Restored:
                    BeginAnew(row.Version, SplitCodec.Read(row.Body));
                    break;
            }
        }

        private void Place(JournalRow row)
        {
            var e = EventBody.Read(row.Body);
            foreach (var identifier in e.Identifiers)
            {
                if (!_links.TryGetValue(identifier, out var part)) continue;
                Events.Add(new(row, e, part, identifier));
                return;
            }

            Events.Add(new(row, e, stream, default));
        }

        private void Follow(DecidedRecord record)
        {
            foreach (var decision in record.Decisions)
            {
                // One that is shared belongs to the third profile, also where it is listed.
                if (decision.Kind == DecisionKind.Shared && decision.Other is not null) _links.Remove(decision.Identifier);
                else if (decision.Link is { } link) _links[decision.Identifier] = link.Part;
                else if (decision.Kind != DecisionKind.Refused) _links.Remove(decision.Identifier);
            }
        }

        /// <summary>
        /// From a split on only what it left counts. Events that left are in other streams by now; those that came with it, right before it, count as it
        /// says.
        /// </summary>
        private void BeginAnew(long version, SplitRecord record)
        {
            var state = StateCodec.Read(record.State);
            _links = state.Links.Values.ToDictionary(l => l.Identifier, l => l.Part);
            foreach (var member in Family().ToList()) member.Children.RemoveAll(c => !state.AnswersFor(c.Child.Stream));
            HashSet<CustomerId> takenOver = [.. Family().Where(m => m != this).SelectMany(m => m.OwnBars)];
            OwnBars = [.. state.NeverMergeWith.Where(b => OwnBars.Contains(b) || !takenOver.Contains(b))];
            var first = version - record.Moved.Sum(m => m.Count);
            MovedEvents[] moved = [.. record.Moved.SelectMany(m => Enumerable.Repeat(m, m.Count))];
            for (var i = Events.Count - 1; i >= 0 && Events[i].Row.Version >= first; i--)
            {
                var run = moved[Events[i].Row.Version - first];
                Events[i] = Events[i] with { Part = run.Part, Anchor = run.Anchor };
            }
        }
    }
}
