using System.Security.Cryptography;
using Cdp.Core.Definitions;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres.Migration;
using Cdp.Storage.Postgres.Reading;
using Cdp.Storage.Postgres.Writing;
using Npgsql;

namespace Cdp.Storage.Postgres;

/// <summary>The journal in a PostgreSQL database, for any number of processes. Thread-safe; see docs/storage.md for the layout and for what fails how.</summary>
/// <remarks>
/// Commits of concurrent callers of a process share a transaction, and what several processes may do together is decided by the database alone: by row
/// locks, taken in one order, and by primary keys. Dispose it to finish what is queued and close the connections.
/// </remarks>
public sealed partial class PostgresJournal : IJournal, IJournalMaintenance, IDefinitions, IAsyncDisposable
{
    private readonly NpgsqlDataSource writing;
    private readonly NpgsqlDataSource reading;
    private readonly IdentifierHash hash;
    private readonly Retries retries;
    private readonly WriteLanes lanes;
    private readonly SnapshotLane snapshots;
    private readonly JobGate jobs;
    private readonly JobGate claims;
    private readonly long feedBase;
    private readonly Erasures erasures;
    private readonly ErasureCleanup cleanup;
    private readonly Reads reads;
    private int isDisposed;

    private PostgresJournal(NpgsqlDataSource writing, PostgresJournalOptions options, byte[] erasureKey, long feedBase, TimeProvider time)
    {
        (this.writing, this.feedBase) = (writing, feedBase);
        reading = Connections.Reading(options);
        hash = new IdentifierHash(erasureKey);
        retries = new Retries(writing, options.RetryFor, time, new Random(RandomNumberGenerator.GetInt32(int.MaxValue)));
        lanes = new WriteLanes(writing, options, retries, feedBase);
        snapshots = new SnapshotLane(writing, options, retries);
        jobs = new JobGate(options.QueueMaxJobs);
        claims = new JobGate(options.QueueMaxJobs);
        erasures = new Erasures(writing, hash, feedBase);
        cleanup = new ErasureCleanup(writing, options.EraseWait, retries);
        reads = new Reads(reading);
    }

    /// <summary>Opens the journal in a database, making or migrating its tables.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock, used for nothing but bounded waits.</param>
    /// <returns>The open journal.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="JournalSchemaException">The tables are from a newer release.</exception>
    /// <exception cref="JournalUnavailableException">The server cannot be reached, refuses the role, or the tables are behind and not to be changed.</exception>
    public static async Task<PostgresJournal> OpenAsync(PostgresJournalOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        var writing = Connections.Writing(options);
        try
        {
            await using var connection = await writing.OpenConnectionAsync();
            await Schema.PrepareAsync(connection, options.ApplySchema);
            if (await MigrationMark.ReadAsync(connection) is not null)
                throw new JournalUnavailableException("A migration into this database is not finished. Run `cdp migrate` again to its end.");
            await using var key = new NpgsqlCommand("SELECT value FROM meta WHERE key='erasure_key'", connection);
            var erasureKey = (byte[])(await key.ExecuteScalarAsync())!;
            var journal = new PostgresJournal(writing, options, erasureKey, await FeedOrigin.PrepareAsync(connection), time);
            await journal.cleanup.ResumeAsync(connection);
            return journal;
        }
        catch (Exception e)
        {
            await writing.DisposeAsync();
            if (e is JournalSchemaException) throw;
            throw PostgresErrors.Translate(e);
        }
    }

    /// <inheritdoc />
    public ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(unit);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<CommitOutcome>(lanes.AddAsync(unit));
    }

    /// <inheritdoc />
    public ValueTask SaveSnapshotsAsync(
        string workspace, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(workspace);
        ArgumentNullException.ThrowIfNull(snapshots);
        CommitWork.CheckText(workspace);
        cancellationToken.ThrowIfCancellationRequested();
        return snapshots.Count == 0 ? ValueTask.CompletedTask : new ValueTask(this.snapshots.AddAsync(new(workspace, snapshots)));
    }

    /// <inheritdoc />
    public async ValueTask<CommitOutcome> EraseAsync(EraseUnit unit, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(unit);
        var cleaned = Task.CompletedTask;
        var outcome = await RunJobAsync(
            async () =>
            {
                if (await retries.RunAsync(() => erasures.ApplyAsync(unit)) is not { } dead) return CommitOutcome.Conflict;
                cleaned = cleanup.AddAsync(dead);
                return CommitOutcome.Committed;
            },
            cancellationToken);
        // Not in the job's turn: one vacuum serves all erasures that wait.
        await cleaned;
        return outcome;
    }

    /// <summary>Finishes what is queued and closes the connections. Later calls find the journal unavailable.</summary>
    /// <returns>A task that ends when all connections are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0) return;
        reads.Close();
        await Task.WhenAll(lanes.CloseAsync(), snapshots.CloseAsync(), jobs.DisposeAsync().AsTask(), claims.DisposeAsync().AsTask());
        await cleanup.DisposeAsync();
        await writing.DisposeAsync();
        await reading.DisposeAsync();
    }

    private Task<T> RunJobAsync<T>(Func<Task<T>> job, CancellationToken cancellationToken) => RunAsync(jobs, job, cancellationToken);

    private static async Task<T> RunAsync<T>(JobGate gate, Func<Task<T>> job, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        try
        {
            return await job();
        }
        catch (Exception e)
        {
            throw PostgresErrors.Translate(e);
        }
    }
}
