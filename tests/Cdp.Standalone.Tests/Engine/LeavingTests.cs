using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Standalone.Actors;
using Cdp.Testing.Journal;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>Customers that leave memory while somebody wants them.</summary>
public sealed class LeavingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_event_waits_for_a_customer_that_is_just_leaving_memory()
    {
        var kit = new EngineKit(memory: new MemoryOptions { MaxActiveCustomers = 100, MaxIdle = TimeSpan.FromSeconds(5) });
        var sink = new SlowSink();
        var services = kit.Services with { Snapshots = sink };
        var actors = new LocalActors(services, new MemoryOptions { MaxIdle = TimeSpan.FromSeconds(5) });
        var grid = new GridEngine(actors, services, new GridOptions());
        await grid.IngestAsync(EngineKit.Workspace, [Large(kit, 1)]);

        var sweep = Task.Run(() =>
        {
            actors.Sweep(TimeSpan.FromSeconds(5));
            actors.Sweep(TimeSpan.FromSeconds(5));
        });
        await sink.Entered.WaitAsync(Patience);
        // Its mailbox is closed, and it is still in the table.
        var sending = Task.Run(() => grid.IngestAsync(EngineKit.Workspace, [Large(kit, 2)]));
        await Assert.ThrowsAsync<TimeoutException>(() => sending.WaitAsync(TimeSpan.FromMilliseconds(200)));
        sink.GoOn();
        await sweep.WaitAsync(Patience);
        Assert.Equal(EventStatus.Applied, (await sending.WaitAsync(Patience))[0].Status);
    }

    [Fact]
    public async Task A_stop_takes_no_snapshot_of_a_customer_in_the_middle_of_a_call()
    {
        var journal = new GatedJournal();
        var kit = new EngineKit(journal);
        await kit.Grid.IngestAsync(EngineKit.Workspace, [Large(kit, 1)]);
        journal.Close();
        var sending = kit.Grid.IngestAsync(EngineKit.Workspace, [Large(kit, 2)]);
        await journal.Waiting.WaitAsync(Patience);

        kit.Actors.Leave();
        Assert.Empty(kit.Snapshots.Offers);
        journal.Open();
        Assert.Equal(EventStatus.Applied, (await sending.WaitAsync(Patience))[0].Status);
        kit.Actors.Leave();
        Assert.Equal(3, Assert.Single(kit.Snapshots.Offers).Snapshot.Version);
    }

    private static Core.Events.CustomerEvent Large(EngineKit kit, int at) =>
        kit.Event($$"""{"type":"track","event":"x","anonymousId":"a","properties":{"text":"{{new string('x', 16_000)}}"} }""", at);

    private sealed class SlowSink : ISnapshotSink
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new();

        public Task Entered => _entered.Task;

        public void GoOn() => _goOn.SetResult();

        public bool Due(string workspace, CustomerId customer) => false;

        public void Offer(string workspace, StoredSnapshot snapshot)
        {
            _entered.TrySetResult();
            _goOn.Task.Wait(Patience);
        }
    }
}
