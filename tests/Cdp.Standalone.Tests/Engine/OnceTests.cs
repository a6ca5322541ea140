using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;

namespace Cdp.Standalone.Tests.Engine;

public sealed class OnceTests
{
    private readonly EngineKit _kit = new();

    [Fact]
    public async Task A_repeated_message_counts_once_also_after_a_restart()
    {
        const string Json = """{"type":"track","event":"Bought","userId":"u1","messageId":"m"}""";
        Assert.Equal(EventStatus.Applied, (await _kit.SendAsync(Json, 1)).Status);
        Assert.Equal(EventStatus.Duplicate, (await _kit.SendAsync(Json, 1)).Status);
        _kit.Restart();
        Assert.Equal(EventStatus.Duplicate, (await _kit.SendAsync(Json, 1)).Status);
        Assert.Equal(1, (await _kit.ProfileAsync("user_id", "u1")).EventCount());
    }

    [Fact]
    public async Task A_repeat_is_known_after_the_profiles_merged()
    {
        const string Json = """{"type":"track","event":"Bought","anonymousId":"a2","messageId":"m"}""";
        await _kit.SendAsync("""{"type":"identify","anonymousId":"a1","userId":"u1"}""", 1);
        await _kit.SendAsync(Json, 2);
        await _kit.SendAsync("""{"type":"identify","anonymousId":"a2","userId":"u1"}""", 3);
        Assert.Equal(EventStatus.Duplicate, (await _kit.SendAsync(Json, 2)).Status);
        Assert.Equal(3, (await _kit.ProfileAsync("user_id", "u1")).EventCount());
    }

    [Fact]
    public async Task A_repeat_is_known_after_its_identifier_moved()
    {
        const string Json = """{"type":"track","event":"Bought","anonymousId":"k","messageId":"m"}""";
        await _kit.SendAsync("""{"type":"identify","anonymousId":"k","userId":"tom"}""", 1);
        await _kit.SendAsync(Json, 2);
        await _kit.SendAsync("""{"type":"identify","anonymousId":"k","userId":"summer"}""", 3);
        Assert.Equal(EventStatus.Duplicate, (await _kit.SendAsync(Json, 2)).Status);
        _kit.Restart();
        Assert.Equal(EventStatus.Duplicate, (await _kit.SendAsync(Json, 2)).Status);
    }

    [Fact]
    public async Task Equal_events_with_different_message_ids_are_two_events()
    {
        await _kit.SendAsync("""{"type":"track","event":"x","userId":"u1","messageId":"1"}""", 1);
        await _kit.SendAsync("""{"type":"track","event":"x","userId":"u1","messageId":"2"}""", 1);
        Assert.Equal(2, (await _kit.ProfileAsync("user_id", "u1")).EventCount());
    }

    [Fact]
    public async Task Events_of_one_batch_that_share_an_identifier_are_applied_in_their_order()
    {
        CustomerEvent[] batch =
        [
            _kit.Event("""{"type":"page","anonymousId":"a"}""", 1),
            _kit.Event("""{"type":"identify","anonymousId":"a","userId":"u","traits":{"n":1}}""", 2),
            _kit.Event("""{"type":"identify","userId":"u","traits":{"n":2}}""", 2, messageId: "z"),
            _kit.Event("""{"type":"track","event":"e","anonymousId":"a"}""", 3),
            _kit.Event("""{"type":"track","event":"e","anonymousId":"other"}""", 3),
            _kit.Event("""{"type":"track","event":"e","anonymousId":"a","messageId":"same"}""", 4),
            _kit.Event("""{"type":"track","event":"e","anonymousId":"a","messageId":"same"}""", 4),
        ];
        var outcomes = await _kit.Grid.IngestAsync(EngineKit.Workspace, batch);

        Assert.Equal(
            ["Applied", "Applied", "Applied", "Applied", "Applied", "Applied", "Duplicate"], outcomes.Select(o => o.Status.ToString()));
        Assert.Single(outcomes.Where((_, i) => i != 4).Select(o => o.Profile).Distinct());
        Assert.Equal("2", (await _kit.ProfileAsync("user_id", "u")).Trait("n"));
    }

    [Fact]
    public async Task Erasing_keeps_earlier_events_out_for_ever_and_lets_later_ones_start_anew()
    {
        var old = (await _kit.SendAsync("""{"type":"identify","userId":"u1","anonymousId":"a1","traits":{"email":"e@x.com"}}""", 10)).Profile!.Value;
        var reference = new ProfileRef(null, new Identifier("user_id", "u1"));
        var counted = await _kit.Grid.EraseAsync(EngineKit.Workspace, reference, dryRun: true, suppress: false);
        Assert.Equal(new EraseCounts(1, 3, 1), counted);
        _kit.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(counted, await _kit.Grid.EraseAsync(EngineKit.Workspace, reference, dryRun: false, suppress: false));

        Assert.Null(await _kit.ProfileAsync("email", "e@x.com"));
        Assert.Null(await _kit.ProfileAsync(old));
        var replayed = await _kit.SendAsync("""{"type":"identify","userId":"u1"}""", 10);
        Assert.Equal((EventStatus.Rejected, ReasonCodes.Erased), (replayed.Status, replayed.Reasons[^1].Code));
        var fresh = await _kit.SendAsync("""{"type":"identify","userId":"u1"}""", 30);
        Assert.NotEqual(old, fresh.Profile);
        var late = await _kit.SendAsync("""{"type":"track","event":"x","userId":"u1"}""", 11);
        Assert.Equal((EventStatus.Rejected, ReasonCodes.Erased), (late.Status, late.Reasons[^1].Code));
        Assert.Equal(1, (await _kit.ProfileAsync("user_id", "u1")).EventCount());
    }

    [Fact]
    public async Task A_suppressed_person_stays_out_for_ever()
    {
        await _kit.SendAsync("""{"type":"identify","userId":"u1"}""", 1);
        await _kit.Grid.EraseAsync(EngineKit.Workspace, new(null, new Identifier("user_id", "u1")), dryRun: false, suppress: true);
        var later = await _kit.SendAsync("""{"type":"identify","userId":"u1"}""", 100);
        Assert.Equal((EventStatus.Rejected, ReasonCodes.Suppressed), (later.Status, later.Reasons[^1].Code));
    }

    [Fact]
    public async Task A_watcher_sees_the_newest_state_and_follows_a_merge()
    {
        await _kit.SendAsync("""{"type":"page","anonymousId":"old"}""", 1);
        await _kit.SendAsync("""{"type":"page","anonymousId":"new"}""", 2);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var watch = _kit.Grid.WatchAsync(EngineKit.Workspace, new(null, new Identifier("anonymous_id", "new")), stop.Token)
            .GetAsyncEnumerator(stop.Token);
        Assert.True(await watch.MoveNextAsync());
        var first = watch.Current.Id;
        await _kit.SendAsync("""{"type":"identify","anonymousId":"new","userId":"u"}""", 3);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((first, 4L), (watch.Current.Id, watch.Current.Version));
        var joined = await _kit.SendAsync("""{"type":"identify","anonymousId":"old","userId":"u"}""", 4);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(joined.Profile, watch.Current.Id);
        await _kit.Grid.EraseAsync(EngineKit.Workspace, new(joined.Profile, null), dryRun: false, suppress: false, stop.Token);
        Assert.False(await watch.MoveNextAsync());
    }

    [Fact]
    public async Task A_watcher_by_id_or_identifier_follows_a_split_to_the_side_that_a_read_shows()
    {
        var (anna, bob) = ((await _kit.SendAsync("""{"type":"page","userId":"anna"}""", 1)).Profile!.Value, (await _kit.SendAsync("""{"type":"page","userId":"bob"}""", 2)).Profile!.Value);
        Core.Profiles.PersonNote note = new("support", null);
        var merge = await _kit.Grid.MergeAsync(EngineKit.Workspace, new(anna, null), new(bob, null), note);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var byId = _kit.Grid.WatchAsync(EngineKit.Workspace, new(bob, null), stop.Token).GetAsyncEnumerator(stop.Token);
        await using var byUser = _kit.Grid.WatchAsync(EngineKit.Workspace, new(null, new Identifier("user_id", "bob")), stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await byId.MoveNextAsync() && await byUser.MoveNextAsync());
        Assert.Equal((anna, anna), (byId.Current.Id, byUser.Current.Id));

        await _kit.Grid.SplitAsync(EngineKit.Workspace, new(anna, null), new(merge.Id, [], true, note), stop.Token);
        Assert.True(await byId.MoveNextAsync() && await byUser.MoveNextAsync());
        Assert.Equal((bob, bob), (byId.Current.Id, byUser.Current.Id));
    }

    [Fact]
    public async Task A_patched_trait_is_written_now_and_a_null_removes_it()
    {
        await _kit.SendAsync("""{"type":"identify","userId":"u1","traits":{"plan":"pro","x":1}}""", 1);
        _kit.Clock.Advance(TimeSpan.FromSeconds(5));
        var view = await _kit.Grid.PatchTraitsAsync(
            EngineKit.Workspace, new(null, new Identifier("user_id", "u1")), """{"plan":"max","x":null}"""u8.ToArray(), new EventSource("api"));
        var profile = await _kit.ProfileAsync("user_id", "u1");
        Assert.Equal(("max", null, 3L, 1L), (profile.Trait("plan"), profile.Trait("x"), view!.Version, profile.EventCount()));
        _kit.Restart();
        Assert.Equal(profile!.Value.ToString(), (await _kit.ProfileAsync("user_id", "u1"))!.Value.ToString());
    }

    [Fact]
    public async Task A_repeat_under_another_name_answers_with_the_profile_that_has_it()
    {
        var tom = await _kit.SendAsync("""{"type":"identify","anonymousId":"k","userId":"tom","messageId":"m"}""", 1);
        var repeat = await _kit.SendAsync("""{"type":"identify","anonymousId":"k","userId":"summer","messageId":"m"}""", 2);
        Assert.Equal((EventStatus.Duplicate, tom.Profile), (repeat.Status, repeat.Profile));
    }

    [Fact]
    public async Task An_alias_timed_before_the_erasure_of_its_previous_id_stays_out_also_when_that_is_known_again()
    {
        await _kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 1);
        _kit.Clock.Advance(TimeSpan.FromSeconds(20));
        await _kit.Grid.EraseAsync(EngineKit.Workspace, new(null, new Identifier("anonymous_id", "a")), dryRun: false, suppress: false);
        await _kit.SendAsync("""{"type":"identify","userId":"u"}""", 2);
        await _kit.SendAsync("""{"type":"alias","userId":"u","previousId":"a"}""", 40);
        var late = await _kit.SendAsync("""{"type":"alias","userId":"u","previousId":"a"}""", 3);
        Assert.Equal((EventStatus.Rejected, ReasonCodes.Erased), (late.Status, late.Reasons[^1].Code));
    }
}
