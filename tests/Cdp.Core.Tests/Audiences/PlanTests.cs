using Cdp.Core.Audiences;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Audiences;

/// <summary>What a plan reads, and what happens to windows when the plan changes.</summary>
public sealed class PlanTests
{
    [Fact]
    public void Only_audiences_that_read_what_an_event_changed_are_judged()
    {
        var plan = Kit.Plan(
            [
                """{"event":"Bought","within":"1d"}""",
                """{"event":"Bought","where":[{"property":"n","op":"gt","value":5}],"within":"1d"}""",
                """{"trait":"plan.name","op":"eq","value":"pro"}""",
                """{"audience":"a1"}""",
                """{"computed":"c","op":"gt","value":3}""",
                """{"consent":"marketing"}""",
                """{"all":[{"identifier":"email"},{"audience":"a2"}]}""",
            ],
            """{"id":"c","type":"sum","event":"Bought","property":"n"}""");
        Assert.Equal("0 4", Changed(""","n":"Bought","properties":{"n":1}"""));
        Assert.Equal("0 1 3 4", Changed(""","n":"Bought","properties":{"n":6}"""));
        Assert.Equal("0", Changed(""","n":"Bought"}""".TrimEnd('}')));
        Assert.Equal("", Changed(""","n":"Viewed","properties":{"n":6}"""));
        Assert.Equal("2 6", Changed(""","traits":{"plan":null}""", "identify"));
        Assert.Equal("", Changed(""","traits":{"other":1}""", "identify"));
        Assert.Equal("5", Marked(plan.MarkConsent));
        Assert.Equal("6", Marked(plan.MarkIdentifiers));
        Assert.Equal("0 1 2 3 4 5 6", Marked(c => c.MarkAll()));

        var reads = plan.ReadsOf(4);
        Assert.Equal(["c"], reads.Computed);
        Assert.Equal(["Bought"], reads.Events);

        string Changed(string more, string call = "track") => Marked(changes => plan.Fold(plan.NewState(), Make.Event(0, "m", more, call), changes));

        string Marked(Action<AudienceChanges> mark)
        {
            var changes = plan.NewChanges();
            mark(changes);
            List<int> marked = [];
            for (var i = changes.Next(0); i >= 0; i = changes.Next(i + 1)) marked.Add(i);
            Assert.Equal(marked.Count, changes.Count);
            return string.Join(' ', marked);
        }
    }

    [Fact]
    public void An_event_that_changes_nothing_kept_asks_for_nothing()
    {
        var plan = Kit.Plan("""{"event":"Bought","within":"1d"}""");
        var (state, changes) = (plan.NewState(), plan.NewChanges());
        plan.Fold(state, Make.Named(1_000, "m1", "Bought"), changes);
        changes.Clear();
        plan.Fold(state, Make.Named(500, "m2", "Bought"), changes);
        Assert.Equal(0, changes.Count);
    }

    [Fact]
    public void A_new_plan_keeps_what_is_filled_and_fills_the_rest_from_the_events_that_are_left()
    {
        var old = Kit.Plan(["""{"event":"Bought","within":"30d"}""", """{"event":"Gone","within":"30d"}"""]);
        var next = Kit.Plan(["""{"not":{"event":"Bought","within":"30d"}}""", """{"event":"Viewed","within":"30d"}"""]);
        var events = new[] { Make.Named(0, "m1", "Bought"), Make.Named(1, "m2", "Viewed"), Make.Named(2, "m3", "Gone") };
        var state = old.NewState();
        foreach (var e in events) old.Fold(state, e);
        Assert.NotEqual(old.Id, next.Id);
        Assert.Throws<InvalidOperationException>(() => next.Fold(state, events[0]));

        // The first event is kept by the journal no more: its effect is.
        var refilled = next.Refill(state, events[1..]);
        Assert.Equal(Kit.Bytes(next.Refill(null, events)), Kit.Bytes(refilled));
        Assert.Equal(2, refilled.Count);
    }

    [Fact]
    public void Plans_that_keep_the_same_are_complete_for_each_other()
    {
        var one = Kit.Plan("""{"event":"Bought","atLeast":3,"within":"30d"}""");
        var other = Kit.Plan("""{"any":[{"event":"Bought","atLeast":4,"within":"7d"},{"trait":"x","op":"exists"}]}""");
        Assert.Equal(one.Id, other.Id);
        Assert.False(other.NeedsEvents(one));
        Assert.True(Kit.Plan("""{"event":"Viewed","within":"7d"}""").NeedsEvents(one));
        Assert.True(one.NeedsEvents(null));
        Assert.False(AudiencePlan.Empty.NeedsEvents(null));
    }

    [Fact]
    public void Windows_are_read_back_from_the_format_that_release_one_wrote()
    {
        const string Golden = """{"v":1,"p":"a1b2c3d4e5f60718","z":1767225600009,"a":[["0000000000000001","times",1767225600009,8,0],["0000000000000002","tally",20454,2,15.5,3,12.5],["0000000000000003","values",0,false,["\u0022red\u0022",2,7,1]],["0000000000000004","register",0,"red",1767225600009,1,"m9","web"],["0000000000000005","position",59.9,10.7,1767225600009,0,"m9","web"],["0000000000000006","sequence",null,[1767225600009],[]],["0000000000000007","sequence",1767225600009,[1767225600001],[1767225600009]]]}""";
        var golden = Golden.Replace("\"\\u0022red\\u0022\"", "\"red\"", StringComparison.Ordinal);
        Assert.Equal(Normal(golden), Normal(Kit.Bytes(Kit.Read(golden))));
        Assert.Throws<FormatException>(() => Kit.Read(golden.Replace("\"v\":1", "\"v\":2", StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => Kit.Read(golden.Replace("times", "dates", StringComparison.Ordinal)));

        // Values stand in the order of their hashes.
        static string Normal(string bytes) => bytes.Replace("7,1,\"red\",2", "\"red\",2,7,1", StringComparison.Ordinal);
    }
}
