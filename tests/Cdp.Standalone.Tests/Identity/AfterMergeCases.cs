using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Standalone.Tests.Engine;

namespace Cdp.Standalone.Tests.Identity;

/// <summary>Cases G and H: after a merge; deletion, expiry, manual pairs, trust.</summary>
public sealed class AfterMergeCases
{
    private const string Day = "86400";

    [Theory]
    [InlineData("G5", "default", "identify user=U anon=A; alias user=U prev=U", "U A", "alias_self", "{}")]
    [InlineData("G5", "posthog", "identify user=U anon=A; alias user=U prev=U", "U A", "alias_self", "{}")]
    [InlineData("H7", "default", "identify user=u2 email=e1@x.com", "u2", "never_merge", """{"NeverMerge":[["email:e1@x.com","user_id:u2"]]}""")]
    [InlineData("H7", "default", "identify user=u1 email=e1@x.com; identify user=u2 anon=a; identify anon=a email=e1@x.com", "u1 e1@x.com | u2 a", "never_merge", """{"NeverMerge":[["email:E1@x.com","user_id:u2"]],"Types":{"user_id":{"MaxPerProfile":9}}}""")]
    [InlineData("H7", "adobe", "identify user=u1 email=e1@x.com anon=b; identify user=u2 anon=a; identify user=u2 anon=b", "u1 e1@x.com b | u2 a", "never_merge", """{"NeverMerge":[["email:e1@x.com","user_id:u2"]]}""")]
    [InlineData("H7", "snowplow", "identify user=u1 email=e1@x.com anon=b; identify user=u2 anon=b", "u1 e1@x.com b | u2", "never_merge", """{"NeverMerge":[["email:e1@x.com","user_id:u2"]]}""")]
    [InlineData("H7", "default", "identify user=u1 anon=a; identify user=u2 anon=b", "u1 a u2 b", "linked", """{"Links":[["user_id:u1","user_id:u2"]]}""")]
    [InlineData("H7", "default", "identify user=u1 anon=a; identify user=u2 anon=b", "u1 a | u2 b", "never_merge", """{"Links":[["user_id:u1","user_id:u2"]],"NeverMerge":[["user_id:u1","user_id:u2"]]}""")]
    [InlineData("H7", "default", "identify user=u1 anon=a; page user=u1; identify email=e@x.com", "u1 a e@x.com", "", """{"Links":[["user_id:u1","email:e@x.com"]]}""")]
    [InlineData("H20", "snowplow", "identify user=U anon=A at=1; page anon=A at=1000000", "U | A", "expired", """{"Types":{"anonymous_id":{"TtlDays":10}}}""")]
    [InlineData("H20", "snowplow", "identify user=U anon=A at=1; page anon=A at=800000", "U A", "", """{"Types":{"anonymous_id":{"TtlDays":10}}}""")]
    [InlineData("H20", "snowplow", "identify user=U anon=A at=1; page anon=A at=800000; page anon=A at=1600000", "U A", "", """{"Types":{"anonymous_id":{"TtlDays":10}}}""")]
    [InlineData("H20", "snowplow", "identify user=U anon=A at=1; page anon=A user=U at=1000000; page anon=A at=1000001", "U A", "", """{"Types":{"anonymous_id":{"TtlDays":10}}}""")]
    [InlineData("H20", "snowplow", "identify user=U anon=A at=1; identify user=V at=2; page anon=A user=V at=1000000", "U | V A", "expired", """{"Types":{"anonymous_id":{"TtlDays":10}}}""")]
    [InlineData("H20", "snowplow", "identify user=U anon=A at=1; page anon=A at=1000000; page anon=A at=1000001", "U | A", "", """{"Types":{"anonymous_id":{"TtlDays":10}}}""")]
    [InlineData("H23", "default", "identify user=victim email=v@x.com; page anon=thief; identify anon=thief email=v@x.com", "victim v@x.com | thief", "trust_required", """{"Types":{"email":{"RequireTrusted":true}}}""")]
    [InlineData("H23", "default", "identify user=victim email=v@x.com; identify anon=thief email=v@x.com", "victim v@x.com | thief", "trust_required", """{"Types":{"email":{"RequireTrusted":true}}}""")]
    [InlineData("H23", "default", "identify user=victim email=v@x.com; identify user=thief email=v@x.com", "victim v@x.com | thief", "trust_required", """{"Types":{"email":{"RequireTrusted":true}}}""")]
    [InlineData("H23", "default", "identify user=victim; page anon=thief; alias user=victim prev=thief", "victim | thief", "trust_required", """{"Types":{"user_id":{"RequireTrusted":true}}}""")]
    [InlineData("H23", "default", "identify user=victim email=v@x.com; page anon=new; identify anon=new email=v@x.com trusted", "victim v@x.com new", "merged", """{"Types":{"email":{"RequireTrusted":true}}}""")]
    [InlineData("H23", "default", "identify user=jo email=j@x.com anon=a; identify email=j@x.com", "jo j@x.com a", "", """{"Types":{"email":{"RequireTrusted":true}}}""")]
    public async Task Case(string id, string preset, string events, string profiles, string code, string knobs)
    {
        var run = new CaseRun(preset, knobs);
        var last = await run.SendAsync(events);

        Assert.All(run.Outcomes, o => Assert.Equal(EventStatus.Applied, o.Status));
        Assert.Equal((id, CaseRun.Sorted(profiles)), (id, await run.ProfilesAsync()));
        if (code.Length == 0) Assert.Empty(last.Reasons);
        else Assert.Contains(last.Reasons, r => r.Code == code);
        run.Kit.Restart();
        Assert.Equal((id, CaseRun.Sorted(profiles)), (id, await run.ProfilesAsync()));
    }

    [Fact]
    public async Task H7_A_manual_link_that_is_made_later_joins_above_the_limits_with_the_next_event()
    {
        var run = new CaseRun("default");
        await run.SendAsync("identify user=u1 anon=a; identify user=u2 anon=b");
        run.Kit.Rules = CaseRun.Rules("default", """{"Links":[["user_id:u1","user_id:u2"]]}""");
        var joined = await run.SendAsync("page user=u2");

        Assert.Contains(joined.Reasons, r => r.Code == ReasonCodes.Merged);
        Assert.Equal("a b u1 u2", await run.ProfilesAsync());
    }

    [Fact]
    public async Task G1_G2_G11_G13_Every_old_id_answers_with_the_survivor_and_its_whole_history_and_each_merge_is_recorded_once()
    {
        var run = new CaseRun("default");
        await run.SendAsync("page anon=a3 at=30; page anon=a2 at=20; page anon=a1 at=10; track user=x device=d anon=a3 at=40");
        await run.SendAsync("track anon=a2 device=d at=41; track anon=a1 device=d at=42");
        var survivor = (await run.FindAsync("anonymous_id", "a1")).Id();

        foreach (var outcome in run.Outcomes) Assert.Equal(survivor, (await run.Kit.ProfileAsync(outcome.Profile!.Value)).Id());
        var timeline = await run.Kit.Grid.TimelineAsync(EngineKit.Workspace, new(run.Outcomes[0].Profile, null), 100, null, null);
        Assert.Equal(run.Outcomes.Select(o => o.MessageId).Order(), timeline!.Events.Select(e => e.MessageId).Order());
        var merges = (await run.Kit.Grid.HistoryAsync(EngineKit.Workspace, new(run.Outcomes[0].Profile, null)))!.Where(h => h.Kind == DecisionKind.Merged).ToArray();
        Assert.Equal(2, merges.Length);
        Assert.Equal(2, merges.Select(m => m.Other).Distinct().Count());
        Assert.All(merges, m => Assert.True(m.Code == ReasonCodes.Merged && m.MessageId is not null));
    }

    [Fact]
    public async Task G7_H13_An_erased_profile_takes_all_its_names_along_and_a_dry_run_counts_the_same()
    {
        var run = new CaseRun("snowplow");
        await run.SendAsync("identify user=alice anon=a; page device=d; track user=alice device=d; identify user=bob anon=b");
        var merged = run.Outcomes[1].Profile!.Value;
        var reference = new ProfileRef(null, new("user_id", "alice"));
        var dry = await run.Kit.Grid.EraseAsync(EngineKit.Workspace, reference, true, false);
        Assert.NotNull(await run.FindAsync("user_id", "alice"));
        var counts = await run.Kit.Grid.EraseAsync(EngineKit.Workspace, reference, false, false);

        Assert.Equal(new EraseCounts(2, 3, 3), counts);
        Assert.Equal(dry, counts);
        Assert.Equal("b bob", await run.ProfilesAsync());
        foreach (var id in new[] { merged, run.Outcomes[0].Profile!.Value }) Assert.Null(await run.Kit.ProfileAsync(id));
        Assert.Null(await run.Kit.Grid.EraseAsync(EngineKit.Workspace, new(null, new("user_id", "nobody")), true, false));
    }

    [Theory]
    [InlineData("G8", """{"Survivor":"target"}""", 1)]
    [InlineData("G8", "{}", 0)]
    public async Task G8_The_profile_of_the_event_survives_where_the_policy_says_so(string id, string knobs, int survivor)
    {
        var run = new CaseRun("default", knobs);
        var last = await run.SendAsync("page anon=a; identify user=U; identify user=U anon=a");

        Assert.Equal((id, run.Outcomes[survivor].Profile), (id, last.Profile));
    }

    [Fact]
    public async Task H10_An_event_after_an_erasure_starts_anew()
    {
        var run = new CaseRun("default");
        await run.SendAsync("identify user=U t.a=1");
        await run.Kit.Grid.EraseAsync(EngineKit.Workspace, new(null, new("user_id", "U")), false, false);
        var later = await run.SendAsync("identify user=U t.b=2 at=200");

        Assert.NotEqual(run.Outcomes[0].Profile, later.Profile);
        Assert.Equal("b=2", await run.TraitsAsync("user_id", "U"));
    }

    [Fact]
    public async Task H19_A_time_to_live_that_is_added_later_removes_nothing_by_itself()
    {
        var run = new CaseRun("snowplow");
        await run.SendAsync("identify user=U anon=A at=1");
        run.Kit.Rules = CaseRun.Rules("snowplow", """{"Types":{"anonymous_id":{"TtlDays":1}}}""");
        await run.SendAsync($"page user=U at={Day}0");

        Assert.Equal(["user_id:U", "anonymous_id:A"], (await run.FindAsync("user_id", "U")).Identifiers());
    }

    [Fact]
    public async Task H20_An_expired_identifier_is_in_the_history_of_its_owner_and_makes_room_for_another()
    {
        var run = new CaseRun("default", """{"Types":{"device_id":{"TtlDays":10,"MaxPerProfile":1}}}""");
        await run.SendAsync($"identify user=U device=d1 at=1; identify user=U device=d2 at=2; identify user=U device=d3 at={Day}2; identify user=V device=d3 at={Day}00");

        Assert.Contains(run.Outcomes[1].Reasons, r => r is { Code: ReasonCodes.RefusedLimit });
        Assert.Equal("U | V d3", await run.ProfilesAsync());
        var history = await run.Kit.Grid.HistoryAsync(EngineKit.Workspace, new(null, new("user_id", "U")));
        Assert.Equal(["device_id:d1", "device_id:d3"], history!.Where(h => h.Kind == DecisionKind.Expired).Select(h => h.Identifier!.Value.Ref));
    }
}
