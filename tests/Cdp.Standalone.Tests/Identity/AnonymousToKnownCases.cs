using Cdp.Core.Grid;
using Cdp.Standalone.Tests.Engine;

namespace Cdp.Standalone.Tests.Identity;

/// <summary>Cases A: creation, and plain anonymous to known.</summary>
public sealed class AnonymousToKnownCases
{
    [Theory]
    [InlineData("A1", "posthog", "page anon=A1", "A1", "created")]
    [InlineData("A1", "default", "page anon=A1", "A1", "created")]
    [InlineData("A4", "posthog", "identify user=U anon=A t.foo=1", "U A", "created")]
    [InlineData("A4", "segment", "identify user=U anon=A t.foo=1", "U A", "created")]
    [InlineData("A5", "posthog", "track user=U; identify user=U anon=A", "U A", "linked")]
    [InlineData("A7", "posthog", "page anon=A; track user=U; identify user=U anon=A", "U A", "merged")]
    [InlineData("A7", "snowplow", "page anon=A; track user=U; identify user=U anon=A", "U A", "merged")]
    [InlineData("A8", "posthog", "identify user=U anon=B; page anon=A; identify user=U anon=A", "U A B", "merged")]
    [InlineData("A10", "posthog", "identify user=U anon=A; identify user=U anon=A", "U A", "")]
    [InlineData("A13", "mixpanel", "page anon=D1; page anon=D1; identify user=U1 anon=D1", "U1 D1", "linked")]
    [InlineData("A14", "mixpanel", "page anon=D1; page anon=D1; identify user=U1 anon=D1; page anon=D2; page anon=D2; identify user=U1 anon=D2", "U1 D1 D2", "merged")]
    [InlineData("A14", "segment", "page anon=D1; page anon=D1; identify user=U1 anon=D1; page anon=D2; page anon=D2; identify user=U1 anon=D2", "U1 D1 D2", "merged")]
    [InlineData(
        "A16", "segment",
        "page anon=w1; page anon=i1 ext.ios.id=I; identify user=U anon=i1 email=j@x.com; page anon=d1 ext.android.id=G; identify anon=d1 email=j@x.com ext.android.id=G; page anon=o1; identify user=U anon=o1; identify user=U anon=w1",
        "U j@x.com w1 i1 I d1 G o1", "merged")]
    [InlineData("A17", "snowplow", "identify user=U anon=cookie; page device=v; track user=U device=v", "U cookie v", "merged")]
    public async Task Case(string id, string preset, string events, string profiles, string code)
    {
        var run = new CaseRun(preset);
        var last = await run.SendAsync(events);

        Assert.Equal((id, CaseRun.Sorted(profiles)), (id, await run.ProfilesAsync()));
        Assert.Equal(EventStatus.Applied, last.Status);
        if (code.Length == 0) Assert.Empty(last.Reasons);
        else Assert.Contains(last.Reasons, r => r.Code == code);
        Assert.Equal(run.Outcomes.Count, (await run.Kit.ProfileAsync(last.Profile!.Value)).EventCount());
    }

    [Theory]
    [InlineData("A1", "posthog", "page anon=A", false)]
    [InlineData("A4", "posthog", "identify user=U anon=A", true)]
    [InlineData("A5", "posthog", "track user=A", false)]
    [InlineData("A5", "posthog", "track user=A; identify user=A anon=B", true)]
    [InlineData("A1", "posthog", "identify anon=A t.a=1", false)]
    [InlineData("A1", "default", "page anon=A", false)]
    [InlineData("A5", "default", "page anon=A; identify user=U anon=A", true)]
    public async Task Identified(string id, string preset, string events, bool expected)
    {
        var run = new CaseRun(preset);
        await run.SendAsync(events);

        Assert.Equal((id, expected), (id, (await run.FindAsync("anonymous_id", "A"))!.Value.GetProperty("identified").GetBoolean()));
    }

    [Theory]
    [InlineData("A5", "posthog", "track user=U; identify user=U anon=A", 0)]
    [InlineData("A7", "posthog", "page anon=A; track user=U; identify user=U anon=A", 1)]
    [InlineData("A7", "snowplow", "page anon=A; track user=U; identify user=U anon=A", 0)]
    [InlineData("A7", "default", "page anon=A; track user=U; identify user=U anon=A", 0)]
    [InlineData("A8", "posthog", "page anon=A; identify user=U anon=B; identify user=U anon=A", 1)]
    [InlineData("A17", "snowplow", "identify user=U anon=cookie; page device=v; track user=U device=v", 0)]
    public async Task Survivor(string id, string preset, string events, int survivor)
    {
        var run = new CaseRun(preset);
        var last = await run.SendAsync(events);

        Assert.Equal((id, run.Outcomes[survivor].Profile), (id, last.Profile));
        var createdAt = (await run.Kit.ProfileAsync(last.Profile!.Value))!.Value.GetProperty("createdAt").GetDateTimeOffset();
        Assert.Equal(EngineKit.Start.AddSeconds(1), createdAt);
        foreach (var outcome in run.Outcomes) Assert.Equal(last.Profile.ToString(), (await run.Kit.ProfileAsync(outcome.Profile!.Value)).Id());
    }

    [Fact]
    public async Task A2_One_id_in_two_workspaces_is_two_profiles()
    {
        var kit = new EngineKit();
        var here = await kit.SendAsync("""{"type":"page","anonymousId":"A1"}""", 1);
        var there = (await kit.Grid.IngestAsync("other", [kit.Event("""{"type":"page","anonymousId":"A1"}""", 1)]))[0];

        Assert.NotEqual(here.Profile, there.Profile);
        Assert.Equal(1, (await kit.ProfileAsync("anonymous_id", "A1")).EventCount());
    }

    [Fact]
    public async Task A11_The_same_identify_changes_neither_identifiers_nor_traits_and_a_repeat_is_not_even_stored()
    {
        var run = new CaseRun("posthog");
        await run.SendAsync("identify user=U anon=A t.foo=1 id=m1");
        var before = (await run.FindAsync("user_id", "U"))!.Value;
        var repeat = await run.SendAsync("identify user=U anon=A t.foo=1 id=m1");
        var same = (await run.FindAsync("user_id", "U"))!.Value;
        var again = await run.SendAsync("identify user=U anon=A t.foo=1 id=m2");
        var after = (await run.FindAsync("user_id", "U"))!.Value;

        Assert.Equal((EventStatus.Duplicate, EventStatus.Applied), (repeat.Status, again.Status));
        Assert.Equal(before.ToString(), same.ToString());
        Assert.Equal(before.GetProperty("traits").ToString(), after.GetProperty("traits").ToString());
        Assert.Empty(again.Reasons);
    }
}
