using Cdp.Core.Grid;
using Cdp.Core.Journal;
using Cdp.Testing.Journal;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>Single faults of the store at chosen moments.</summary>
public sealed class StoreFaultTests
{
    private readonly GatedJournal _journal = new();
    private readonly EngineKit _kit;

    public StoreFaultTests() => _kit = new EngineKit(_journal, clock: TimeProvider.System);

    [Fact]
    public async Task A_merge_of_unknown_outcome_is_seen_by_the_loser_also_when_its_repeat_finds_the_queue_full()
    {
        var survivor = await _kit.SendAsync("""{"type":"page","anonymousId":"old"}""", 1);
        var loser = await _kit.SendAsync("""{"type":"page","context":{"device":{"id":"d"}}}""", 2);
        _journal.Faults.Enqueue((null, new UnknownCommitOutcomeException("lost after the commit")));
        _journal.Faults.Enqueue((new JournalOverloadedException(), null));
        const string Merging = """{"type":"track","event":"x","messageId":"m","anonymousId":"old","context":{"device":{"id":"d"}}}""";
        Assert.Equal(EventStatus.Failed, (await _kit.SendAsync(Merging, 3)).Status);
        Assert.Equal(EventStatus.Duplicate, (await _kit.SendAsync(Merging, 3)).Status);

        Assert.Equal(survivor.Profile!.Value.ToString(), (await _kit.ProfileAsync("device_id", "d")).Id());
        Assert.Equal(survivor.Profile.Value.ToString(), (await _kit.ProfileAsync(loser.Profile!.Value)).Id());
    }

    [Fact]
    public async Task A_watcher_sees_a_change_whose_commit_had_an_unknown_outcome()
    {
        var profile = (await _kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 1)).Profile!.Value;
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await using var watch = _kit.Grid.WatchAsync(EngineKit.Workspace, new(profile, null), stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await watch.MoveNextAsync());
        var next = watch.MoveNextAsync();

        _journal.Faults.Enqueue((null, new UnknownCommitOutcomeException("lost after the commit")));
        Assert.Equal(EventStatus.Duplicate, (await _kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 2)).Status);
        Assert.True(await next);
        Assert.Equal(3, watch.Current.Version);
    }

    [Fact]
    public async Task What_follows_in_a_batch_does_not_overtake_an_event_that_failed()
    {
        _journal.Faults.Enqueue((new JournalUnavailableException("full"), null));
        var outcomes = await _kit.Grid.IngestAsync(EngineKit.Workspace,
        [
            _kit.Event("""{"type":"page","anonymousId":"a"}""", 1),
            _kit.Event("""{"type":"identify","anonymousId":"a","userId":"u"}""", 2),
            _kit.Event("""{"type":"page","anonymousId":"nothing to do with it"}""", 3),
        ]);
        Assert.Equal(["Failed", "Failed", "Applied"], outcomes.Select(o => o.Status.ToString()));
    }
}
