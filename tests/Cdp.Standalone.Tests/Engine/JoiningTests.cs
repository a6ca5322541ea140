using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;

namespace Cdp.Standalone.Tests.Engine;

public sealed class JoiningTests
{
    private readonly EngineKit _kit = new();

    [Fact]
    public async Task An_anonymous_visitor_who_logs_in_keeps_id_and_history()
    {
        await _kit.SendAsync("""{"type":"page","anonymousId":"a1"}""", 1);
        var before = (await _kit.ProfileAsync("anonymous_id", "a1")).Id();
        var outcome = await _kit.SendAsync("""{"type":"identify","anonymousId":"a1","userId":"u1","traits":{"email":"A@x.com","plan":"pro"}}""", 2);

        var profile = await _kit.ProfileAsync("user_id", "u1");
        Assert.Equal(EventStatus.Applied, outcome.Status);
        Assert.Equal(before, profile.Id());
        Assert.Equal(2, profile.EventCount());
        Assert.Equal("pro", profile.Trait("plan"));
        Assert.Equal(["user_id:u1", "email:a@x.com", "anonymous_id:a1"], profile.Identifiers());
        Assert.True(profile!.Value.GetProperty("identified").GetBoolean());
    }

    [Fact]
    public async Task Two_profiles_merge_into_the_older_one_and_every_old_name_still_resolves()
    {
        var first = await _kit.SendAsync("""{"type":"page","anonymousId":"web"}""", 1);
        var second = await _kit.SendAsync("""{"type":"screen","anonymousId":"app"}""", 2);
        await _kit.SendAsync("""{"type":"identify","userId":"u1","anonymousId":"app"}""", 3);
        var joined = await _kit.SendAsync("""{"type":"identify","userId":"u1","anonymousId":"web"}""", 4);

        Assert.Contains(joined.Reasons, r => r.Code == ReasonCodes.Merged);
        Assert.Equal(first.Profile, joined.Profile);
        var profile = await _kit.ProfileAsync("anonymous_id", "app");
        Assert.Equal(first.Profile!.Value.ToString(), profile.Id());
        Assert.Equal(4, profile.EventCount());
        Assert.Equal(profile.Id(), (await _kit.ProfileAsync(second.Profile!.Value)).Id());
        Assert.Equal(second.Profile.Value.ToString(), Assert.Single(profile!.Value.GetProperty("mergedIds").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_chain_of_merges_resolves_from_every_link_also_after_a_restart()
    {
        var ids = new List<CustomerId>();
        for (var i = 0; i < 6; i++) ids.Add((await _kit.SendAsync($$"""{"type":"page","anonymousId":"a{{i}}"}""", 100 - i)).Profile!.Value);
        for (var i = 0; i < 5; i++)
            await _kit.SendAsync($$"""{"type":"track","event":"x","anonymousId":"a{{i}}","context":{"device":{"id":"d{{i}}"} } }""", 200 + i);
        for (var i = 0; i < 5; i++)
            await _kit.SendAsync($$"""{"type":"track","event":"x","anonymousId":"a{{i + 1}}","context":{"device":{"id":"d{{i}}"} } }""", 300 + i);

        var live = await _kit.ProfileAsync(ids[0]);
        Assert.Equal(16, live.EventCount());
        Assert.Equal(11, live.Identifiers().Length);
        foreach (var id in ids) Assert.Equal(live.Id(), (await _kit.ProfileAsync(id)).Id());
        _kit.Restart();
        foreach (var id in ids) Assert.Equal(live!.Value.ToString(), (await _kit.ProfileAsync(id))!.Value.ToString());
    }

    [Fact]
    public async Task A_cookie_that_a_second_person_logs_in_on_moves_and_leaves_the_past_behind()
    {
        await _kit.SendAsync("""{"type":"identify","userId":"tom","anonymousId":"111"}""", 1);
        var second = await _kit.SendAsync("""{"type":"identify","userId":"summer","anonymousId":"111"}""", 2);

        Assert.Contains(second.Reasons, r => r is { Code: ReasonCodes.Moved, Identifier: "anonymous_id:111" });
        var tom = await _kit.ProfileAsync("user_id", "tom");
        var summer = await _kit.ProfileAsync("anonymous_id", "111");
        Assert.Equal(["user_id:tom"], tom.Identifiers());
        Assert.Equal(["user_id:summer", "anonymous_id:111"], summer.Identifiers());
        Assert.Equal((1L, 1L), (tom.EventCount(), summer.EventCount()));
    }

    [Fact]
    public async Task A_late_event_moves_nothing()
    {
        await _kit.SendAsync("""{"type":"identify","userId":"tom","anonymousId":"111"}""", 100);
        var late = await _kit.SendAsync("""{"type":"identify","userId":"summer","anonymousId":"111"}""", 50);

        Assert.Contains(late.Reasons, r => r is { Code: ReasonCodes.LateLink, Identifier: "anonymous_id:111" });
        Assert.Equal(["user_id:tom", "anonymous_id:111"], (await _kit.ProfileAsync("user_id", "tom")).Identifiers());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_email_that_somebody_else_owns_moves_only_for_a_trusted_source(bool trusted)
    {
        await _kit.SendAsync("""{"type":"identify","userId":"u1","traits":{"email":"e@x.com"}}""", 1);
        var source = new EventSource("crm", Trusted: trusted);
        var outcome = await _kit.SendAsync("""{"type":"identify","userId":"u2","traits":{"email":"e@x.com"}}""", 2, source);

        Assert.Contains(outcome.Reasons, r => r.Code == (trusted ? ReasonCodes.Moved : ReasonCodes.KeptByOwner));
        Assert.Equal(trusted ? "u2" : "u1", (await _kit.ProfileAsync("email", "e@x.com")).Identifiers()[0]["user_id:".Length..]);
    }

    [Fact]
    public async Task A_shared_device_never_joins_two_people()
    {
        var kiosk = new EventSource("kiosk", SharedDevice: true);
        await _kit.SendAsync("""{"type":"identify","anonymousId":"k","userId":"u1"}""", 1, kiosk);
        await _kit.SendAsync("""{"type":"identify","anonymousId":"k","traits":{"email":"e@x.com"}}""", 2, kiosk);

        Assert.NotEqual((await _kit.ProfileAsync("user_id", "u1")).Id(), (await _kit.ProfileAsync("email", "e@x.com")).Id());
        Assert.Null(await _kit.ProfileAsync("anonymous_id", "k"));
    }

    [Fact]
    public async Task An_alias_names_an_anonymous_id_but_never_joins_two_known_users()
    {
        await _kit.SendAsync("""{"type":"page","anonymousId":"a1"}""", 1);
        await _kit.SendAsync("""{"type":"alias","userId":"u1","previousId":"a1"}""", 2);
        await _kit.SendAsync("""{"type":"identify","userId":"u2"}""", 3);
        var refused = await _kit.SendAsync("""{"type":"alias","userId":"u1","previousId":"u2"}""", 4);
        var self = await _kit.SendAsync("""{"type":"alias","userId":"u1","previousId":"u1"}""", 5);

        Assert.Equal((await _kit.ProfileAsync("user_id", "u1")).Id(), (await _kit.ProfileAsync("anonymous_id", "a1")).Id());
        Assert.Contains(refused.Reasons, r => r.Code == ReasonCodes.AliasKnownUser);
        Assert.Contains(self.Reasons, r => r.Code == ReasonCodes.AliasSelf);
        Assert.NotEqual((await _kit.ProfileAsync("user_id", "u1")).Id(), (await _kit.ProfileAsync("user_id", "u2")).Id());
    }
}
