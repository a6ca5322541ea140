using Cdp.Api.Settings;
using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Standalone.Actors;
using Cdp.Storage.Sqlite;

namespace Cdp.Standalone;

/// <summary>
/// The one place where the engine and its journal are put together: opened before the server listens, drained after it has answered its last
/// request. Everything else knows <see cref="IGrid"/> only.
/// </summary>
internal sealed class GridHost : IAsyncDisposable
{
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromSeconds(30);

    private readonly SqliteJournal _journal;
    private readonly SnapshotWriter _snapshots;
    private readonly LocalActors _actors;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sweeping;
    private int _isDrained;

    private GridHost(SqliteJournal journal, LiveSettings live, TimeProvider time)
    {
        var settings = live.Current;
        _journal = journal;
        _snapshots = new SnapshotWriter(journal);
        var services = new ActorServices(journal, RulesOf, time, new IdSource(time, new Random()), _snapshots);
        _actors = new LocalActors(services, new MemoryOptions
        {
            MaxActiveCustomers = settings.Memory.MaxActiveCustomers,
            MaxActiveIdentifiers = settings.Memory.MaxActiveIdentifiers,
            MaxIdle = settings.Memory.MaxIdle,
        });
        Grid = new GridEngine(_actors, services, new GridOptions { MaxEventsUnderWay = settings.Limits.MaxEventsInFlight });
        _sweeping = SweepAsync(time);

        IdentityRules RulesOf(string workspace) =>
            live.Current.Workspaces.TryGetValue(workspace, out var found) ? found.Identity : IdentityRules.Default;
    }

    /// <summary>The engine.</summary>
    public IGrid Grid { get; }

    /// <summary>Opens the journal and starts the engine.</summary>
    /// <param name="dataDirectory">A directory that exists and can be written to.</param>
    /// <param name="live">Workspaces, rules and limits; rules are taken anew for every event, limits at start.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The running engine.</returns>
    public static async Task<GridHost> OpenAsync(string dataDirectory, LiveSettings live, TimeProvider time)
    {
        var journal = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = dataDirectory }, time);
        return new GridHost(journal, live, time);
    }

    /// <summary>Finishes what was taken on, saves final snapshots and closes the journal.</summary>
    /// <returns>A task that ends when all is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDrained, 1) != 0) return;
        await _stop.CancelAsync();
        await _sweeping;
        _actors.Leave();
        await _snapshots.CompleteAsync();
        await _journal.DisposeAsync();
        _stop.Dispose();
    }

    private async Task SweepAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(s_sweepInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) _actors.Sweep(s_sweepInterval);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
