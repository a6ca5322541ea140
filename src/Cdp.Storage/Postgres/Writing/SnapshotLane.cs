using System.Threading.Channels;
using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>Snapshots that wait for their turn.</summary>
internal sealed class SnapshotWork(string workspace, IReadOnlyList<StoredSnapshot> snapshots)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public string Workspace { get; } = workspace;

    public IReadOnlyList<StoredSnapshot> Snapshots { get; } = snapshots;
}

/// <summary>Stores snapshots one after the other over one connection, beside the commits: they share the server, and nothing else.</summary>
internal sealed class SnapshotLane
{
    // A stream that was erased, or never got to the version, gets none. The lock keeps an erasure out until this is durable, and commits go on under it.
    // Of two snapshots of one stream the newest counts; sorting them out also takes all locks before the first row is written.
    private const string Save = """
        WITH allowed AS (
            SELECT n.workspace, n.customer, n.version, n.state, n.ord
            FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS n(workspace, customer, version, state, ord)
            JOIN streams s ON s.workspace=n.workspace AND s.stream=n.customer
            WHERE s.last_kind<>6 AND s.version>=n.version ORDER BY n.ord FOR KEY SHARE OF s)
        INSERT INTO profiles AS p (workspace, customer, version, state)
        SELECT DISTINCT ON (workspace, customer) workspace, customer, version, state FROM allowed ORDER BY workspace, customer, version DESC, ord DESC
        ON CONFLICT (workspace, customer) DO UPDATE SET version=excluded.version, state=excluded.state WHERE excluded.version>=p.version
        """;
    private const int PerTransaction = 256;

    private static readonly Comparer<(string Workspace, StoredSnapshot Snapshot)> ByLockOrder = Comparer<(string Workspace, StoredSnapshot Snapshot)>.Create(
        static (a, b) => LockOrder.Compare(a.Workspace, a.Snapshot.Stream, b.Workspace, b.Snapshot.Stream));

    private readonly NpgsqlDataSource source;
    private readonly Retries retries;
    private readonly Channel<SnapshotWork> queue = Channel.CreateUnbounded<SnapshotWork>(new() { SingleReader = true });
    private readonly int maxWaiting;
    private readonly Task running;
    private int waiting;

    public SnapshotLane(NpgsqlDataSource source, PostgresJournalOptions options, Retries retries)
    {
        (this.source, this.retries, maxWaiting) = (source, retries, options.QueueMaxSnapshots);
        running = Task.Run(RunAsync);
    }

    /// <summary>Queues snapshots and waits until they are durable.</summary>
    /// <exception cref="JournalOverloadedException">The queue is full.</exception>
    /// <exception cref="JournalUnavailableException">The journal is closed.</exception>
    public Task AddAsync(SnapshotWork work)
    {
        // One that is larger than the whole queue still gets in when nothing waits.
        var before = Interlocked.Add(ref waiting, work.Snapshots.Count) - work.Snapshots.Count;
        var isFull = before > 0 && before + work.Snapshots.Count > maxWaiting;
        if (!isFull && queue.Writer.TryWrite(work)) return work.Task;
        Interlocked.Add(ref waiting, -work.Snapshots.Count);
        throw isFull ? new JournalOverloadedException() : PostgresErrors.Closed();
    }

    /// <summary>Takes no more, and ends when all that waits is answered.</summary>
    public Task CloseAsync()
    {
        queue.Writer.TryComplete();
        return running;
    }

    private async Task RunAsync()
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            var works = new List<SnapshotWork>();
            var count = 0;
            while (count < PerTransaction && queue.Reader.TryRead(out var work))
            {
                works.Add(work);
                count += work.Snapshots.Count;
            }
            (string Workspace, StoredSnapshot Snapshot)[] snapshots = [.. works.SelectMany(static w => w.Snapshots.Select(s => (w.Workspace, s)))];
            // The sort has to be a stable one, or the later of two snapshots of the same version could lose.
            snapshots = [.. snapshots.Order(ByLockOrder)];
            try
            {
                await retries.RunAsync(() => SaveAsync(snapshots));
                foreach (var work in works) work.SetResult();
            }
            catch (Exception e)
            {
                foreach (var work in works) work.SetException(PostgresErrors.Translate(e));
            }
            Interlocked.Add(ref waiting, -count);
        }
    }

    // Outside an explicit transaction: writing the same snapshot twice does no harm, so an unknown outcome needs no name of its own.
    private async Task<int> SaveAsync((string Workspace, StoredSnapshot Snapshot)[] snapshots)
    {
        await using var command = source.CreateCommand(Save);
        command.Parameters.With(snapshots, static s => s.Workspace).With(snapshots, static s => s.Snapshot.Stream.Value)
            .With(snapshots, static s => s.Snapshot.Version).With(snapshots, static s => s.Snapshot.State);
        return await command.ExecuteNonQueryAsync();
    }
}
