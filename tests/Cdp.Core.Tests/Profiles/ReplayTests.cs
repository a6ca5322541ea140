using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;
using Cdp.Testing.Journal;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Profiles;

/// <summary>A state in memory, a replay of its stream, and a snapshot with the records behind it are the same to the byte.</summary>
public sealed class ReplayTests
{
    private const string Workspace = Units.Workspace;

    [Fact]
    public void Memory_replay_and_snapshot_with_the_rest_are_the_same_to_the_byte()
    {
        var steps = (from op in Gen.Choose(0, 9) from who in Gen.Choose(0, 99) from what in Gen.Choose(0, 99) select (op, who, what)).ArrayOf();
        Prop.ForAll(steps.ToArbitrary(), all =>
        {
            var (bare, saved) = (new History(snapshots: false), new History(snapshots: true));
            foreach (var (op, who, what) in all)
            {
                bare.Do(op, who, what);
                saved.Do(op, who, what);
            }

            return bare.Live.Keys.Order().SequenceEqual(saved.Live.Keys.Order()) && bare.Live.All(c =>
            {
                var memory = c.Value.Bytes();
                return memory == bare.Load(c.Key).Bytes() && memory == saved.Load(c.Key).Bytes()
                    && memory == StateCodec.Read(StateCodec.Write(c.Value)).Bytes();
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(120));
    }

    [Fact]
    public void A_load_up_to_a_version_is_the_state_of_then()
    {
        var history = new History(snapshots: false);
        var then = new Dictionary<long, string>();
        for (var i = 0; i < 40; i++)
        {
            history.Do(i % 6, 0, i);
            then[history.Live[Make.Stream(1)].Version] = history.Live[Make.Stream(1)].Bytes();
        }

        Assert.True(then.Count > 10);
        foreach (var (version, bytes) in then) Assert.Equal(bytes, history.Load(Make.Stream(1), version).Bytes());
    }

    /// <summary>Four customers in memory and in a journal, and all that can happen to them.</summary>
    private sealed class History
    {
        private readonly InMemoryJournal _journal = new();
        private readonly bool _snapshots;
        private int _now;

        public History(bool snapshots)
        {
            _snapshots = snapshots;
            for (var i = 1; i <= 4; i++)
            {
                var state = new CustomerState(Make.Stream(i));
                Live.Add(state.Id, state);
                Decide(state, [.. Make.Links(state.Id, new("user_id", $"u{i}"), new("anonymous_id", $"a{i}")).Decisions]);
            }
        }

        public Dictionary<CustomerId, CustomerState> Live { get; } = [];

        public CustomerState Load(CustomerId id, long? upTo = null) => StateLoader.LoadAsync(_journal, Workspace, id, upTo).AsTask().Result!;

        public void Do(int op, int who, int what)
        {
            _now++;
            var state = Pick(Live.Values.OrderBy(c => c.Id), who);
            switch (op)
            {
                case < 4:
                    Happen(state, what);
                    break;
                case 4:
                    var patch = new PatchedRecord(Make.Origin(At, 0, $"p{_now}"), """{"t1":"patched","t2":null}"""u8.ToArray());
                    Commit(new StreamAppend(state.Id, state.Version, [new(RecordKind.Patched, At, RecordCodec.Write(patch))]));
                    state.Evolve(state.Version + 1, patch);
                    break;
                case 5:
                    Decide(
                        state,
                        new Decision(DecisionKind.Linked, new("device_id", $"d{_now}"), ReasonCodes.Linked, null, new(PartOf(state, what), At, "app", At - 9)),
                        new Decision(DecisionKind.Refused, new("email", $"e{what}"), ReasonCodes.RefusedLimit, Make.Stream(9)));
                    break;
                case 6 when Live.Count > 1:
                    Move(state, Pick(Live.Values.Where(c => c.Id != state.Id).OrderBy(c => c.Id), what), what);
                    break;
                case 7 when Live.Count > 1 && what < 40:
                    Merge(state, Pick(Live.Values.Where(c => c.Id != state.Id).OrderBy(c => c.Id), what));
                    break;
                case > 7 when _snapshots:
                    _journal.SaveSnapshotsAsync(Workspace, [new(state.Id, state.Version, StateCodec.Write(state))]).AsTask().Wait();
                    break;
            }
        }

        private long At => Make.Start + (_now * Make.Hour);

        private static T Pick<T>(IEnumerable<T> items, int number)
        {
            T[] all = [.. items];
            return all[number % all.Length];
        }

        private static CustomerId PartOf(CustomerState state, int number) => Pick(state.Parts.Select(p => p.Stream).Order(), number);

        private void Happen(CustomerState state, int what)
        {
            if (state.Links.Count == 0) return;
            var by = state.Links.Keys.Order().Where((_, i) => (what >> i) % 2 == 0).DefaultIfEmpty(state.Links.Keys.Order().First()).ToArray();
            // Rules that change from event to event: each is recorded with its event.
            string[] rules = ["sum", "max", "union", "first", "sourcePriority", "min"];
            var rule = what % 4 == 0 ? "" : $$""","res":{"t{{what % 4}}":["{{rules[(what + (int)_now / 10) % rules.Length]}}",{{what % 2}}]}""";
            var more = rule + $$$"""
                ,"n":"E{{{what % 3}}}","traits":{"t{{{what % 4}}}":{{{(what % 5 == 0 ? "null" : what)}}}},
                "context":{"ip":"10.0.0.{{{what % 7}}}","device":{"id":"d{{{what % 9}}}"},"page":{"url":"https://x.test/?utm_source=s{{{what}}}"}}
                """;
            var at = (_now - (what % 3)) * Make.Hour;
            var e = Make.Event(at, $"m{_now}", more, what % 2 == 0 ? "identify" : "page", _now * Make.Hour, what % 2, by);
            Commit(new StreamAppend(state.Id, state.Version, [new(RecordKind.Event, e.TimeMs, e.Body)]));
            state.Evolve(state.Version + 1, e);
        }

        private void Move(CustomerState from, CustomerState to, int what)
        {
            if (from.Links.Count == 0) return;
            var identifier = Pick(from.Links.Keys.Order(), what);
            var fact = new LinkFact(PartOf(to, what), At, "web", null, from.SeenBy(identifier));
            Decide(from, new Decision(DecisionKind.Moved, identifier, ReasonCodes.Moved, to.Id));
            Decide(to, new Decision(DecisionKind.Moved, identifier, ReasonCodes.Moved, from.Id, fact));
        }

        private void Merge(CustomerState survivor, CustomerState loser)
        {
            var absorbed = RecordCodec.Write(new AbsorbedRecord(loser.Id, loser.Version, ReasonCodes.Merged, "m"));
            var end = RecordCodec.Write(new MergedIntoRecord(survivor.Id, ReasonCodes.Merged, "m"));
            Commit(
                new(survivor.Id, survivor.Version, [new(RecordKind.Absorbed, At, absorbed)]),
                new(loser.Id, loser.Version, [new(RecordKind.MergedInto, At, end)]));
            survivor.Evolve(survivor.Version + 1, At, loser);
            Live.Remove(loser.Id);
        }

        private void Decide(CustomerState state, params Decision[] decisions)
        {
            var record = new DecidedRecord("m", decisions);
            Commit(new StreamAppend(state.Id, state.Version, [new(RecordKind.Decided, At, RecordCodec.Write(record))]));
            state.Evolve(state.Version + 1, At, record);
        }

        private void Commit(params StreamAppend[] appends) =>
            Assert.Equal(CommitOutcome.Committed, _journal.CommitAsync(new(Workspace, appends, [])).AsTask().Result);
    }
}
