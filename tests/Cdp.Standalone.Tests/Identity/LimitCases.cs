using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Standalone.Tests.Engine;

namespace Cdp.Standalone.Tests.Identity;

/// <summary>Cases E: limits, size, eviction.</summary>
public sealed class LimitCases
{
    [Theory]
    [InlineData("E1", 5, "merge_too_large")]
    [InlineData("E2", 3, "merged")]
    public async Task Merge(string id, int ids, string code)
    {
        var run = new CaseRun("posthog", """{"MaxIdentifiersPerMerge":3}""");
        await run.SendAsync("track user=target");
        for (var i = 1; i < ids; i++) await run.SendAsync($"track user=s{i} anon=s{i + 1}");
        var last = await run.SendAsync("identify user=target anon=s1");

        Assert.Contains(last.Reasons, r => r.Code == code);
        var source = string.Join(' ', Enumerable.Range(1, ids).Select(i => $"s{i}"));
        Assert.Equal((id, CaseRun.Sorted(code == "merged" ? $"target {source}" : $"target | {source}")), (id, await run.ProfilesAsync()));
        Assert.Equal(run.Outcomes[0].Profile, last.Profile);
    }

    [Fact]
    public async Task E7_The_51st_identity_lets_the_oldest_partner_id_go_then_the_oldest_cookie_then_a_device_then_a_person()
    {
        var run = new CaseRun("adobe", """{"Types":{"partner":{"Class":"device","Priority":20}}}""");
        await run.SendAsync("identify user=u email=e@x.com phone=+15551234567");
        await run.SendAsync("track user=u ext.partner=p1; track user=u ext.partner=p2; track user=u anon=c1; track user=u anon=c2; track user=u device=d1");
        for (var i = 0; i < 42; i++) await run.SendAsync($"track user=u ext.login=l{i}");
        Assert.Equal(50, (await run.FindAsync("user_id", "u")).Identifiers().Length);
        await run.SendAsync(string.Join(';', Enumerable.Range(42, 6).Select(i => $"track user=u ext.login=l{i}")));

        var history = await run.Kit.Grid.HistoryAsync(EngineKit.Workspace, new(null, new("user_id", "u")));
        Assert.Equal(
            ["partner:p1", "partner:p2", "anonymous_id:c1", "anonymous_id:c2", "device_id:d1", "login:l0"],
            history!.Where(h => h.Kind == DecisionKind.Evicted).Select(h => h.Identifier!.Value.Ref));
        Assert.Equal(50, (await run.FindAsync("user_id", "u")).Identifiers().Length);
        Assert.Null(await run.FindAsync("anonymous_id", "c1"));
        Assert.Contains(run.Outcomes[^1].Reasons, r => r is { Code: ReasonCodes.Evicted, Identifier: "login:l0" });
    }

    [Fact]
    public async Task E8_The_201st_id_lets_the_oldest_go_whatever_its_type()
    {
        var run = new CaseRun("default", """{"MaxIdentifiersPerProfile":200,"OnFullProfile":"evictOldest","Types":{"anonymous_id":{"MaxPerProfile":1000}}}""");
        await run.SendAsync("identify email=first@x.com; identify user=u email=first@x.com");
        for (var i = 0; i < 199; i++) await run.SendAsync($"track user=u anon=a{i}");

        Assert.Equal(200, (await run.FindAsync("user_id", "u")).Identifiers().Length);
        Assert.Null(await run.FindAsync("email", "first@x.com"));
        Assert.NotNull(await run.FindAsync("anonymous_id", "a0"));
        run.Kit.Restart();
        Assert.Null(await run.FindAsync("email", "first@x.com"));
        await run.SendAsync("identify email=first@x.com");
        Assert.Equal(["email:first@x.com"], (await run.FindAsync("email", "first@x.com")).Identifiers());
    }

    [Fact]
    public async Task E7_Customers_that_merge_let_go_of_what_is_too_much()
    {
        var run = new CaseRun("default", """{"MaxIdentifiersPerProfile":4,"OnFullProfile":"evictOldest"}""");
        await run.SendAsync("page anon=a1; page anon=a1 device=d1; page anon=a1 gaid=g1; identify user=u anon=a2; identify user=u anon=a3; identify user=u anon=a1");

        Assert.Equal(CaseRun.Sorted("u a1 a2 a3"), await run.ProfilesAsync());
        Assert.Equal(6, (await run.FindAsync("user_id", "u")).EventCount());
        run.Kit.Restart();
        Assert.Equal(CaseRun.Sorted("u a1 a2 a3"), await run.ProfilesAsync());
    }

    [Fact]
    public async Task E10_A_merge_that_would_make_more_than_500_ids_is_refused()
    {
        var run = new CaseRun("mixpanel");
        for (var i = 0; i < 499; i++) await run.SendAsync($"track user=U anon=d{i}");
        var last = await run.SendAsync("page anon=x; identify user=U anon=x");

        Assert.Equal(500, (await run.FindAsync("user_id", "U")).Identifiers().Length);
        Assert.Equal(["anonymous_id:x"], (await run.FindAsync("anonymous_id", "x")).Identifiers());
        Assert.Contains(last.Reasons, r => r.Code == ReasonCodes.KeptByOwner);
        Assert.Contains((await run.SendAsync("identify user=U anon=y")).Reasons, r => r is { Code: ReasonCodes.RefusedProfileCap, Identifier: "anonymous_id:y" });
    }

    [Fact]
    public async Task E11_A_late_event_is_not_judged_by_what_was_linked_long_after_it()
    {
        const int Day = 86_400;
        var run = new CaseRun("default", """{"Types":{"anonymous_id":{"MaxNewInWindow":2,"WindowDays":7}}}""");
        await run.SendAsync($"page user=U anon=a1 at={30 * Day}; page user=U anon=a2 at={30 * Day}; page user=U anon=a3 at={Day}; page user=U anon=a4 at={27 * Day}");

        Assert.Equal(["linked"], run.Outcomes[^2].Reasons.Select(r => r.Code));
        Assert.Equal(["window_limit_reached"], run.Outcomes[^1].Reasons.Select(r => r.Code));
    }

    [Fact]
    public async Task E11_The_sixth_anonymous_id_within_a_week_is_left_out_and_forms_a_profile_of_its_own()
    {
        const int Day = 86_400;
        var run = new CaseRun("segment", """{"Types":{"anonymous_id":{"MaxPerProfile":100,"MaxNewInWindow":5,"WindowDays":7}}}""");
        for (var i = 1; i <= 5; i++) await run.SendAsync($"identify user=U anon=a{i} at={i * Day}");
        var sixth = await run.SendAsync($"identify user=U anon=a6 at={6 * Day}; page anon=a6 at={(6 * Day) + 1}");

        Assert.Contains(run.Outcomes[^2].Reasons, r => r is { Code: ReasonCodes.RefusedWindow, Identifier: "anonymous_id:a6" });
        Assert.Equal(CaseRun.Sorted("U a1 a2 a3 a4 a5 | a6"), await run.ProfilesAsync());
        Assert.NotEqual(run.Outcomes[0].Profile, sixth.Profile);
        await run.SendAsync($"identify user=U anon=a7 at={(8 * Day) + 1}");
        Assert.Contains("anonymous_id:a7", (await run.FindAsync("user_id", "U")).Identifiers());
    }

    [Fact]
    public async Task E13_A_type_that_turns_up_unannounced_has_a_limit_of_5_and_stands_in_alphabetical_order()
    {
        var run = new CaseRun("segment");
        for (var i = 1; i <= 6; i++) await run.SendAsync($"identify user=U ext.loyalty=l{i}");
        var outcome = await run.SendAsync("identify ext.zzz=z ext.abc=b user=U anon=a");

        Assert.Contains(run.Outcomes[5].Reasons, r => r is { Code: ReasonCodes.RefusedLimit, Identifier: "loyalty:l6" });
        Assert.Equal(["abc:b", "anonymous_id:a", "zzz:z"], outcome.Reasons.Where(r => r.Code == ReasonCodes.Linked).Select(r => r.Identifier!));
    }

    [Fact]
    public async Task E14_A_limit_that_is_tightened_later_judges_new_events_only()
    {
        var run = new CaseRun("segment", """{"Types":{"user_id":{"MaxPerProfile":3}}}""");
        await run.SendAsync("identify user=u1 email=e@x.com; identify user=u2 email=e@x.com; identify user=u3 email=e@x.com");
        run.Kit.Rules = CaseRun.Rules("segment");
        await run.SendAsync("track user=u2 email=e@x.com; identify user=u4 email=e@x.com");

        Assert.Equal(CaseRun.Sorted("u1 u2 u3 e@x.com | u4"), await run.ProfilesAsync());
    }

    [Theory]
    [InlineData("E7", "adobe", "identify user=u email=a@x.com; identify user=u email=b@x.com", "u b@x.com", "evicted")]
    [InlineData("E7", "default", "identify user=u device=d1; identify user=u device=d2; identify user=u device=d3", "u d2 d3", "evicted", """{"Types":{"device_id":{"MaxPerProfile":2,"OnLimit":"evictOldest"}}}""")]
    [InlineData("E8", "default", "identify user=u anon=a; identify user=u email=e@x.com phone=+15551234567", "u e@x.com phone", "profile_cap_reached", """{"MaxIdentifiersPerProfile":3}""")]
    public async Task Types_of_few_values(string id, string preset, string events, string profiles, string code, string knobs = "{}")
    {
        var run = new CaseRun(preset, knobs);
        var last = await run.SendAsync(events);

        Assert.Contains(last.Reasons, r => r.Code == code);
        if (code == ReasonCodes.Evicted) Assert.Equal((id, CaseRun.Sorted(profiles)), (id, await run.ProfilesAsync()));
    }
}
