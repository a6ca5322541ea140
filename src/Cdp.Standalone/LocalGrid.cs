using Cdp.Core.Actors;
using Cdp.Core.Audiences;
using Cdp.Core.Geofences;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Hosting.Storage;
using Cdp.Standalone.Actors;
using Cdp.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Standalone;

/// <summary>The whole engine in one process over one SQLite file: opened, run and closed in order.</summary>
internal sealed class LocalGrid : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    private readonly LocalActors _actors;
    private readonly ITimer _sweeper;

    private LocalGrid(SqliteJournal journal, Func<string, IdentityRules> rules, LocalGridOptions options, TimeProvider clock)
    {
        Journal = journal;
        Store = new EngineStore(OpenJournal.Of(journal), rules, options.Retention, clock, options.Logger, options.Audiences, options.Fences);
        _actors = new LocalActors(Store.Services, options.Memory);
        Store.TakeSnapshots((workspace, customer) => _actors.Find(workspace, customer).SnapshotAsync());
        Grid = new GridEngine(_actors, Store.Services, options.Grid);
        _sweeper = clock.CreateTimer(_ => _actors.Sweep(SweepInterval), null, SweepInterval, SweepInterval);
    }

    /// <summary>The grid.</summary>
    public IGrid Grid { get; }

    /// <summary>Where customers are found.</summary>
    public IActors Actors => _actors;

    /// <summary>The store, for maintenance.</summary>
    public SqliteJournal Journal { get; }

    /// <summary>The store with what runs beside it.</summary>
    public EngineStore Store { get; }

    /// <summary>Starts keeping audiences true for customers whom nobody touches.</summary>
    /// <param name="definitions">The definitions of all workspaces, also of those that have none any more.</param>
    public void KeepUp(Func<IEnumerable<(string Workspace, AudiencesInForce InForce)>> definitions) => Store.KeepUp(_actors, definitions, TimeSpan.Zero);

    /// <summary>Customers in memory now.</summary>
    public int ActiveCustomers => _actors.ActiveCustomers;

    /// <summary>Identifiers in memory now.</summary>
    public int ActiveIdentifiers => _actors.ActiveIdentifiers;

    /// <summary>Opens the store, recovers what a crash has left, and starts.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="rules">The rules of a workspace; may change while the grid runs.</param>
    /// <param name="clock">The time.</param>
    /// <returns>The running grid.</returns>
    /// <exception cref="Cdp.Storage.JournalLockedException">Another process has the directory open.</exception>
    /// <exception cref="Cdp.Storage.JournalDamagedException">The file is damaged; the message says what to restore.</exception>
    /// <exception cref="Cdp.Storage.JournalSchemaException">The file is of a newer release.</exception>
    public static async Task<LocalGrid> StartAsync(LocalGridOptions options, Func<string, IdentityRules> rules, TimeProvider clock) =>
        new(await SqliteJournal.OpenAsync(options.Journal, clock), rules, options, clock);

    /// <summary>
    /// Ends watches, writes last snapshots of what would take long to load, and closes the store. Calls under way should have ended; a commit under
    /// way is finished.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Store.LetGoAsync();
            await _sweeper.DisposeAsync();
            _actors.Leave();
        }
        finally
        {
            await Store.DisposeAsync();
        }
    }
}

/// <summary>Settings of a <see cref="LocalGrid"/>.</summary>
internal sealed class LocalGridOptions
{
    /// <summary>The store.</summary>
    public required SqliteJournalOptions Journal { get; init; }

    /// <summary>Where the operator is told that the store takes no commits.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>What stays in memory.</summary>
    public MemoryOptions Memory { get; init; } = new();

    /// <summary>Limits.</summary>
    public GridOptions Grid { get; init; } = new();

    /// <summary>The audiences and computed traits of a workspace; may change while the grid runs.</summary>
    public Func<string, AudiencesInForce> Audiences { get; init; } = static _ => AudiencesInForce.None;

    /// <summary>The fences of a workspace; may change while the grid runs.</summary>
    public Func<string, FencesInForce> Fences { get; init; } = static _ => FencesInForce.None;

    /// <summary>For how long raw events are kept, by workspace; asked at each sweep. Workspaces that it does not name keep theirs for ever.</summary>
    public Func<IReadOnlyDictionary<string, TimeSpan>> Retention { get; init; } = static () => new Dictionary<string, TimeSpan>();
}
