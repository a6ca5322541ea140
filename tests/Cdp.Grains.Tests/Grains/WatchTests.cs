using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;
using Cdp.Grains.Tests.Support;
using Cdp.Testing.Time;
using Cdp.Testing.Waiting;

namespace Cdp.Grains.Tests.Grains;

/// <summary>Watches of customers on other silos.</summary>
public sealed class WatchTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_watch_shows_every_silos_changes_and_follows_a_merge()
    {
        var journal = new InMemoryJournal();
        await using var near = await TestSilo.StartAsync(journal);
        await using var far = await TestSilo.StartAsync(journal, near);
        var older = await near.Grid.CreateAsync("""{"type":"page","anonymousId":"old","context":{"device":{"id":"o"}}}""", 1);
        await near.Grid.CreateAsync("""{"type":"page","anonymousId":"new","context":{"device":{"id":"d"}}}""", 2);
        using var stop = new CancellationTokenSource(s_patience);
        await using var views = near.Grid.WatchAsync("shop", new(null, new Identifier("anonymous_id", "new")), stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.Equal(1, (await NextAsync(views)).EventCount());

        await far.Grid.SendAsync("""{"type":"page","anonymousId":"new"}""", 3);
        Assert.Equal(2, (await NextAsync(views)).EventCount());

        await far.Grid.SendAsync("""{"type":"track","event":"x","anonymousId":"old","context":{"device":{"id":"d"}}}""", 4);
        var merged = await NextAsync(views);
        Assert.Equal((older, 4L), (merged!.Id, merged.EventCount()));

        await near.Grid.SendAsync("""{"type":"page","anonymousId":"old"}""", 5);
        Assert.Equal(5, (await NextAsync(views)).EventCount());
    }

    [Fact]
    public async Task A_watch_outlives_the_silo_of_its_customer()
    {
        var journal = new InMemoryJournal();
        await using var stays = await TestSilo.StartAsync(journal);
        await using var goes = await TestSilo.StartAsync(journal, stays);
        var ids = new List<CustomerId>();
        while (!ids.Exists(goes.Has)) ids.Add(await stays.Grid.CreateAsync($$"""{"type":"track","event":"x","userId":"u{{ids.Count}}"}""", 1));
        var at = ids.FindIndex(goes.Has);
        var id = ids[at];

        using var stop = new CancellationTokenSource(s_patience);
        await using var views = stays.Grid.WatchAsync("shop", new(id, null), stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.Equal(1, (await NextAsync(views)).EventCount());

        await goes.StopAsync();
        await stays.Grid.SendAsync($$"""{"type":"track","event":"x","userId":"u{{at}}"}""", 2);

        Assert.Equal(2, (await NextAsync(views)).EventCount());
    }

    [Fact]
    public async Task A_merge_whose_word_never_came_is_seen_all_the_same()
    {
        var (journal, clock) = (new InMemoryJournal(), new FakeClock());
        await using var silo = await TestSilo.StartAsync(journal, clock: clock);
        await using var elsewhere = await TestSilo.StartAsync(journal);
        var older = await silo.Grid.CreateAsync("""{"type":"page","anonymousId":"old","context":{"device":{"id":"o"}}}""", 1);
        var younger = await silo.Grid.CreateAsync("""{"type":"page","anonymousId":"new","context":{"device":{"id":"d"}}}""", 2);
        using var stop = new CancellationTokenSource(s_patience);
        await using var views = silo.Grid.WatchAsync("shop", new(younger, null), stop.Token).GetAsyncEnumerator(stop.Token);
        await NextAsync(views);
        var next = views.MoveNextAsync().AsTask();
        await Eventually.TrueAsync("the watch has begun", s_patience, () => silo.Customers.TryGet(("shop", younger), out var watched) && watched.IsWatched);

        // Its router holds it, merges it away, and is lost before it says so.
        Assert.Equal(CallStatus.Done, (await silo.Actors.Customer("shop", younger).HoldAsync(new(Guid.NewGuid()), 0)).Status);
        Assert.Equal(older, (await elsewhere.Grid.SendAsync("""{"type":"track","event":"x","anonymousId":"old","context":{"device":{"id":"d"}}}""", 3)).Profile);

        await Eventually.TrueAsync("the survivor is shown", s_patience, () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return next.IsCompleted;
        });
        Assert.True(await next);
        Assert.Equal(older, views.Current.Id);
    }

    [Fact]
    public async Task A_watch_ends_when_the_profile_is_erased()
    {
        await using var silo = await TestSilo.StartAsync(new InMemoryJournal());
        var id = await silo.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""", 1);
        using var stop = new CancellationTokenSource(s_patience);
        await using var views = silo.Grid.WatchAsync("shop", new(id, null), stop.Token).GetAsyncEnumerator(stop.Token);
        await NextAsync(views);

        await silo.Grid.EraseAsync("shop", new(id, null), false, false);

        Assert.False(await views.MoveNextAsync());
    }

    [Fact]
    public async Task A_silo_that_stops_ends_the_watches_that_it_gave_at_once()
    {
        await using var silo = await TestSilo.StartAsync(new InMemoryJournal());
        var id = await silo.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""", 1);
        using var stop = new CancellationTokenSource(s_patience);
        await using var views = silo.Grid.WatchAsync("shop", new(id, null), stop.Token).GetAsyncEnumerator(stop.Token);
        await NextAsync(views);
        var next = views.MoveNextAsync();

        // A call that waits for a change would hold the stop up for half of its time-out.
        await silo.StopAsync().WaitAsync(TimeSpan.FromSeconds(4));

        Assert.False(await next);
    }

    private static async Task<ProfileView?> NextAsync(IAsyncEnumerator<ProfileView> views)
    {
        Assert.True(await views.MoveNextAsync(), "The watch has ended.");
        return views.Current;
    }
}
