using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Audiences;

/// <summary>Entries and exits: when, why, and whether they trigger anything.</summary>
public sealed class MembershipTests
{
    private const long Minute = 60_000;

    [Fact]
    public void A_sweep_that_comes_late_finds_every_change_at_its_own_moment()
    {
        // Cart abandoned: added within a day, nothing bought for an hour.
        var plan = Kit.Plan("""{"all":[{"event":"Added","within":"24h"},{"not":{"event":"Bought","within":"1h"}}]}""");
        var state = plan.NewState();
        foreach (var e in new[] { Make.Named(0, "m1", "Bought"), Make.Named(10 * Minute, "m2", "Added") }) plan.Fold(state, e);
        var facts = Kit.Facts(state);
        var first = Decide([], plan, facts, Make.Start + (10 * Minute));
        Assert.Empty(first.Changes);
        Assert.Equal(Make.Start + Make.Hour, first.DueMs);

        var settled = MembershipPolicy.Settle(first.Memberships, plan, facts, Make.Start + (1_000 * Make.Hour));
        Assert.Equal(
            [(ChangeKind.Enter, Make.Start + Make.Hour), (ChangeKind.Exit, Make.Start + (10 * Minute) + (24 * Make.Hour))],
            settled.Changes.Select(c => (c.Kind, c.AtMs)));
        Assert.All(settled.Changes, c => Assert.Equal((ChangeCause.Time, false), (c.Cause, c.Historical)));
        Assert.Empty(settled.Memberships);
        Assert.Equal(Verdict.Never, settled.DueMs);

        // Nothing is due twice.
        Assert.Empty(MembershipPolicy.Settle(settled.Memberships, plan, facts, Make.Start + (2_000 * Make.Hour)).Changes);
    }

    [Fact]
    public void A_change_carries_its_cause_and_whether_it_is_history()
    {
        var plan = Kit.Plan("""{"event":"Bought"}""");
        var state = plan.NewState();
        var before = Decide([], plan, Kit.Facts(state), Make.Start);
        plan.Fold(state, Make.Named(0, "m1", "Bought"));
        var after = Decide(before.Memberships, plan, Kit.Facts(state), Make.Start + 5, historical: true);
        Assert.Equal(new MembershipChange("a", 1, ChangeKind.Enter, Make.Start + 5, ChangeCause.Event, true), Assert.Single(after.Changes));
        Assert.Equal(new Membership("a", 1, true, Make.Start + 5, Verdict.Never), Assert.Single(after.Memberships));
        Assert.Empty(Decide(after.Memberships, plan, Kit.Facts(state), Make.Start + 9).Changes);
        var left = Assert.Single(MembershipPolicy.Leave(after.Memberships, Make.Start + 10, ChangeCause.Erase));
        Assert.Equal((ChangeKind.Exit, ChangeCause.Erase, Make.Start + 10), (left.Kind, left.Cause, left.AtMs));
    }

    [Fact]
    public void A_new_version_changes_members_silently_and_a_deleted_audience_lets_all_go()
    {
        var one = Kit.Plan("""{"trait":"x","op":"not_exists"}""");
        var facts = Kit.Facts(one.NewState());
        var members = Decide([], one, facts, Make.Start).Memberships;
        var same = AudiencePlan.Compile([], [Kit.Source("""{"id":"a","rule":{"trait":"y","op":"not_exists"}}""") with { Version = 2 }]).Plan!;
        var kept = Decide(members, same, facts, Make.Start + 1);
        Assert.Empty(kept.Changes);
        Assert.Equal(new Membership("a", 2, true, Make.Start, Verdict.Never), Assert.Single(kept.Memberships));
        var stricter = AudiencePlan.Compile([], [Kit.Source("""{"id":"a","rule":{"trait":"y","op":"exists"}}""") with { Version = 3 }]).Plan!;
        Assert.Equal(
            new MembershipChange("a", 3, ChangeKind.Exit, Make.Start + 2, ChangeCause.Definition, true), Assert.Single(Decide(kept.Memberships, stricter, facts, Make.Start + 2).Changes));
        Assert.Equal(
            new MembershipChange("a", 2, ChangeKind.Exit, Make.Start + 3, ChangeCause.Definition, true),
            Assert.Single(MembershipPolicy.Forget(kept.Memberships, AudiencePlan.Empty, Make.Start + 3).Changes));
    }

    [Fact]
    public void Records_are_read_back_from_the_format_that_release_one_wrote()
    {
        const string Golden = """[1,["a",3,true,1767225600000],["b",1,false,1767225600001,1767225600009]]""";
        using var document = JsonDocument.Parse(Golden);
        var records = MembershipCodec.Read(document.RootElement);
        Assert.Equal([new("a", 3, true, 1767225600000, Verdict.Never), new("b", 1, false, 1767225600001, 1767225600009)], records);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) MembershipCodec.Write(json, records);
        Assert.Equal(Golden, Encoding.UTF8.GetString(stream.ToArray()));
        using var other = JsonDocument.Parse("[2]");
        Assert.Throws<FormatException>(() => MembershipCodec.Read(other.RootElement));
    }

    [Theory]
    [InlineData(0, 600_000, "{}", false)]
    [InlineData(0, 600_001, "{}", true)]
    [InlineData(0, 0, """{"historical":true}""", true)]
    [InlineData(0, 0, """{"historical":"true"}""", false)]
    public void Events_over_ten_minutes_late_and_marked_ones_are_history(long at, long received, string context, bool historical) =>
        Assert.Equal(historical, Lateness.IsHistorical(Make.Event(at, "m", $",\"n\":\"A\",\"context\":{context}", received: received)));

    private static MembershipDecision Decide(IReadOnlyList<Membership> old, AudiencePlan plan, IProfileFacts facts, long nowMs, bool historical = false)
    {
        var changes = plan.NewChanges();
        changes.MarkAll();
        var verdicts = new Verdict[plan.Audiences.Count];
        plan.JudgeAll(facts, nowMs, verdicts);
        return MembershipPolicy.Decide(old, plan, changes, verdicts, nowMs, ChangeCause.Event, historical);
    }
}
