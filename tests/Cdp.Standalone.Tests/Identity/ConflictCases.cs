using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Standalone.Tests.Engine;

namespace Cdp.Standalone.Tests.Identity;

/// <summary>Cases B: two known people, shared devices, conflicts.</summary>
public sealed class ConflictCases
{
    // Adobe's two people with their devices.
    private const string TomAndSummer =
        "identify user=tom email=t@x.com anon=111 idfa=IA; identify user=tom anon=222; identify user=summer email=s@x.com anon=333 gaid=GB; identify user=summer anon=444; ";

    [Theory]
    [InlineData("B1", "posthog", "identify user=old anon=a; track user=new; identify user=new anon=old", "old a | new", "already_identified")]
    [InlineData("B2", "posthog", "identify user=u1 anon=a; identify user=u2 anon=b; identify user=u2 anon=a", "u1 a | u2 b", "already_identified")]
    [InlineData("B2", "mixpanel", "identify user=u1 anon=a; identify user=u2 anon=b; identify user=u2 anon=a", "u1 a | u2 b", "already_identified")]
    [InlineData("B2", "segment", "identify user=u1 anon=a; identify user=u2 anon=b; identify user=u2 anon=a", "u1 a | u2 b", "kept_by_owner")]
    [InlineData("B4", "posthog", "page anon=A; track user=U; alias user=U prev=A", "U A", "merged")]
    [InlineData("B4", "posthog", "identify user=X anon=A; track user=U; alias user=U prev=A", "X A | U", "already_identified")]
    [InlineData("B4", "default", "identify user=X anon=A; track user=U; alias user=U prev=A", "X A | U", "alias_known_user")]
    [InlineData("B5", "posthog", "identify user=Alice anon=a1; identify user=Alice anon=a2; identify user=Bob anon=b1; identify user=Alice anon=b1", "Alice a1 a2 | Bob b1", "already_identified")]
    [InlineData("B7", "adobe", "identify user=tom anon=111; identify user=summer anon=111", "tom | summer 111", "moved")]
    [InlineData("B7", "posthog", "identify user=tom anon=111; identify user=summer anon=111", "tom 111 | summer", "already_identified")]
    [InlineData("B7", "snowplow", "identify user=tom anon=111; identify user=summer anon=111", "tom ~111 | summer ~111 | 111", "shared")]
    [InlineData("B7", "default", "identify user=tom anon=111; identify user=summer anon=111", "tom | summer 111", "moved")]
    [InlineData("B8", "adobe", "identify user=tom email=a@x.com anon=111; identify user=summer email=d@x.com anon=222; identify user=summer anon=111", "tom a@x.com | summer d@x.com 222 111", "moved")]
    [InlineData("B10", "adobe", TomAndSummer + "identify user=summer anon=111", "tom t@x.com 222 IA | summer s@x.com 333 444 GB 111", "moved")]
    [InlineData("B11", "adobe", TomAndSummer + "identify user=tom anon=444 gaid=GB", "tom t@x.com 111 222 IA 444 GB | summer s@x.com 333", "moved")]
    [InlineData("B13", "adobe", TomAndSummer + "identify user=summer anon=555 idfa=IA", "tom t@x.com 111 222 | summer s@x.com 333 444 GB 555 IA", "moved")]
    [InlineData("B14", "adobe", "identify user=tom phone=+15551234567; identify user=summer phone=+15550000000; identify user=summer phone=+15551234567", "tom | summer +15551234567 +15550000000", "moved")]
    [InlineData("B16", "adobe", "identify user=tom ext.login=A; identify user=tom ext.login=B; identify user=summer ext.login=C; identify user=summer ext.login=D; track ext.login=A anon=111; track ext.login=C anon=222; track ext.login=C anon=111", "tom A B | summer C D 222 111", "moved")]
    [InlineData("B17", "adobe", "identify user=tom ext.login=A; identify user=tom ext.login=B; identify user=summer ext.login=C; identify user=summer ext.login=D; identify user=tom ext.login=D", "tom A B D | summer C", "moved")]
    [InlineData("B19", "adobe", "identify user=tom ext.login=A; identify user=summer ext.login=C anon=111; track ext.login=A anon=111", "tom A 111 | summer C", "moved")]
    [InlineData("B20", "adobe", "identify user=tom email=t@x.com anon=111; identify email=s@x.com anon=111", "tom t@x.com | s@x.com 111", "moved")]
    [InlineData("B22", "adobe", "identify email=t@x.com anon=111; identify email=s@x.com anon=111", "t@x.com | s@x.com 111", "moved")]
    [InlineData("B23", "adobe", "identify email=t@x.com anon=111; identify user=tom email=t@x.com; identify user=tom anon=111", "tom t@x.com 111", "")]
    [InlineData("B26", "snowplow", "identify user=alice device=v; identify user=bob device=v", "alice ~v | bob ~v | v", "shared")]
    [InlineData("B28", "adobe", "identify user=tom email=test@test.com kiosk; identify user=summer email=test@test.com kiosk", "tom | summer test@test.com", "moved")]
    [InlineData("B29", "default", "identify user=m1 anon=session; identify user=m2 anon=session", "m1 | m2 session", "moved")]
    [InlineData("B32", "mixpanel", "identify user=U1 anon=D1; identify user=U2 anon=D2", "U1 D1 | U2 D2", "created")]
    [InlineData("B32", "default", "identify user=U1 anon=D1; identify user=U2 anon=D2", "U1 D1 | U2 D2", "created")]
    [InlineData("B34", "default", "identify email=1@x.com anon=a; identify user=111 anon=a; identify email=2@x.com anon=a; identify user=222 anon=a", "111 1@x.com | 222 2@x.com a", "linked", """{"Types":{"anonymous_id":{"Bridge":"unlessPersonsDiffer"}}}""")]
    [InlineData("B38", "default", "identify user=agent anon=b; identify user=customer anon=c; identify user=customer anon=b", "agent | customer b c", "moved")]
    [InlineData("B38", "posthog", "identify user=agent anon=b; identify user=customer anon=c; identify user=customer anon=b", "agent b | customer c", "already_identified")]
    [InlineData("B38", "posthog", "identify user=agent anon=b; identify user=customer anon=b", "agent b | customer", "already_identified")]
    [InlineData("B38", "mixpanel", "identify user=agent anon=b; identify user=customer anon=b", "agent b | customer", "already_identified")]
    [InlineData("B40", "segment", "identify user=abc123 email=jane@x.com; identify user=abc456 email=jane@x.com", "abc123 abc456 jane@x.com", "linked", """{"Types":{"email":{"Priority":1,"MaxPerProfile":1},"user_id":{"Priority":2,"MaxPerProfile":2}}}""")]
    [InlineData("B41", "segment", "page anon=anon1 ext.ga_client_id=ga9; identify user=U1 anon=anon1 ext.ga_client_id=ga9; page anon=anon2 ext.ga_client_id=ga9; identify user=U2 anon=anon2 ext.ga_client_id=ga9", "U1 anon1 anon2 ga9 | U2", "kept_by_owner")]
    public async Task Case(string id, string preset, string events, string profiles, string code, string knobs = "{}")
    {
        var run = new CaseRun(preset, knobs);
        var last = await run.SendAsync(events);

        Assert.Equal((id, CaseRun.Sorted(profiles)), (id, await run.ProfilesAsync()));
        Assert.All(run.Outcomes, o => Assert.Equal(EventStatus.Applied, o.Status));
        if (code.Length == 0) Assert.Empty(last.Reasons);
        else Assert.Contains(last.Reasons, r => r.Code == code);
    }

    [Theory]
    [InlineData("B1", "posthog", "identify user=old anon=a; track user=new; identify user=new anon=old", "new", 2)]
    [InlineData("B7", "adobe", "identify user=tom anon=111; page anon=111; identify user=summer anon=111", "summer", 1)]
    [InlineData("B26", "snowplow", "identify user=alice device=v; identify user=bob device=v; page user=bob device=v; page device=v", "bob", 2)]
    [InlineData("B26", "snowplow", "identify user=alice device=v; page device=v; identify user=bob device=v; page user=alice device=v", "alice", 3)]
    [InlineData("B38", "mixpanel", "identify user=agent anon=b; page anon=b; identify user=customer anon=b", "customer", 1)]
    public async Task Events_stay_with_whom_they_came_in_by(string id, string preset, string events, string user, long count)
    {
        var run = new CaseRun(preset);
        await run.SendAsync(events);

        Assert.Equal((id, count), (id, (await run.FindAsync("user_id", user)).EventCount()));
    }

    [Fact]
    public async Task B26_Anonymous_traffic_on_a_shared_device_goes_to_one_third_profile_that_never_merges_and_is_found_again()
    {
        var run = new CaseRun("snowplow");
        await run.SendAsync("identify user=alice device=v; page device=v; identify user=bob device=v; page device=v; identify user=carol device=v; page device=v");
        var third = await run.FindAsync("device_id", "v");

        Assert.Equal(2, third.EventCount());
        Assert.False(third!.Value.GetProperty("identified").GetBoolean());
        Assert.Equal(CaseRun.Sorted("alice ~v | bob ~v | carol ~v | v"), await run.ProfilesAsync());
        Assert.Equal(2, (await run.FindAsync("user_id", "alice")).EventCount());
        var history = await run.Kit.Grid.HistoryAsync(EngineKit.Workspace, new(null, new("user_id", "alice")));
        Assert.Contains(history!, h => h.Kind == Core.Profiles.DecisionKind.Shared && h.Other.ToString() == third.Id());
        run.Kit.Restart();
        Assert.Equal(third!.Value.ToString(), (await run.FindAsync("device_id", "v"))!.Value.ToString());
        Assert.Equal(CaseRun.Sorted("alice ~v | bob ~v | carol ~v | v"), await run.ProfilesAsync());
    }

    [Fact]
    public async Task B26_Two_who_share_a_device_and_are_merged_and_split_again_both_list_it_as_before()
    {
        var run = new CaseRun("snowplow");
        await run.SendAsync("identify user=alice device=v; identify user=bob device=v");
        var (alice, bob) = (await run.FindAsync("user_id", "alice"), await run.FindAsync("user_id", "bob"));
        Core.Profiles.PersonNote note = new("support", null);
        var merge = await run.Kit.Grid.MergeAsync(EngineKit.Workspace, new(null, new("user_id", "alice")), new(null, new("user_id", "bob")), note);
        Assert.Equal(CaseRun.Sorted("alice bob ~v | v"), await run.ProfilesAsync());
        await run.SendAsync("page user=bob device=v");
        run.Kit.Restart();

        await run.Kit.Grid.SplitAsync(EngineKit.Workspace, new(merge.Profile, null), new(merge.Id, [], true, note));
        Assert.Equal(CaseRun.Sorted("alice ~v | bob ~v | v"), await run.ProfilesAsync());
        var (seenByAlice, seenByBob) = (await SeenAsync("alice"), await SeenAsync("bob"));
        Assert.Equal(Seen(alice), seenByAlice);
        Assert.NotEqual(Seen(bob), seenByBob);
        run.Kit.Restart();
        Assert.Equal((seenByAlice, seenByBob), (await SeenAsync("alice"), await SeenAsync("bob")));

        async Task<string> SeenAsync(string user) => Seen(await run.FindAsync("user_id", user));
        static string Seen(System.Text.Json.JsonElement? profile) =>
            profile!.Value.GetProperty("identifiers").EnumerateArray().Single(i => i.TryGetProperty("shared", out _)).GetProperty("lastSeenAt").GetString()!;
    }

    [Fact]
    public async Task B26_A_repeat_of_an_event_from_before_the_device_was_shared_is_still_known()
    {
        var run = new CaseRun("snowplow");
        await run.SendAsync("identify user=alice device=v; page device=v id=r1; identify user=bob device=v");

        Assert.Equal(EventStatus.Duplicate, (await run.SendAsync("page device=v id=r1")).Status);
    }

    [Fact]
    public async Task B26_A_third_profile_that_was_erased_is_followed_by_another_one()
    {
        var run = new CaseRun("snowplow");
        await run.SendAsync("identify user=alice device=v; identify user=bob device=v");
        var first = (await run.FindAsync("device_id", "v")).Id();
        Assert.NotNull(await run.Kit.Grid.EraseAsync(EngineKit.Workspace, new(null, new("device_id", "v")), false, false));
        await run.SendAsync("page device=v at=1000; identify user=carol device=v at=1001; identify user=dan device=v at=1002");

        Assert.NotEqual(first, (await run.FindAsync("device_id", "v")).Id());
    }

    [Fact]
    public async Task B43_A_row_that_would_make_a_profile_too_large_stays_apart()
    {
        var run = new CaseRun("default", """{"MaxIdentifiersPerProfile":50,"Types":{"crm_id":{"MaxPerProfile":1000}}}""");
        for (var i = 0; i < 60; i++) await run.SendAsync($"identify ext.crm_id=r{i} email=noreply@x.com");

        Assert.Equal(50, (await run.FindAsync("email", "noreply@x.com")).Identifiers().Length);
        Assert.Equal(["crm_id:r59"], (await run.FindAsync("crm_id", "r59")).Identifiers());
        Assert.Contains(run.Outcomes[^1].Reasons, r => r is { Code: ReasonCodes.KeptByOwner });
    }
}
