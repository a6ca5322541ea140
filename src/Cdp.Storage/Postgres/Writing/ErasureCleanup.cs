using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>The rows that an erasure left dead.</summary>
/// <param name="Xid">The transaction that erased.</param>
/// <param name="Tables">Where they are, as the server quotes the names.</param>
internal sealed record DeadRows(ulong Xid, IReadOnlyList<string> Tables);

/// <summary>
/// Vacuums behind erasures, so that dead rows leave tables and indexes at once and not when the server gets round to it. That has to wait for readers
/// of older states. One vacuum serves all erasures that wait.
/// </summary>
internal sealed class ErasureCleanup(NpgsqlDataSource source, TimeSpan wait, Retries retries) : IAsyncDisposable
{
    // Who still sees the dead rows, as far as this role is told: sessions of this database, standbys that send feedback, slots, prepared transactions.
    private const string IsSeen = """
        SELECT EXISTS(SELECT 1 FROM (
            SELECT backend_xmin FROM pg_stat_activity WHERE pid<>pg_backend_pid() AND (datname=current_database() OR datname IS NULL)
            UNION ALL SELECT xmin FROM pg_replication_slots
            UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database=current_database()) x(oldest)
        WHERE age(oldest)>=age($1::xid8::xid))
        """;

    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private readonly List<(DeadRows Rows, TaskCompletionSource Done)> next = [];
    private Task running = Task.CompletedTask;

    /// <summary>Waits until the rows are gone.</summary>
    /// <exception cref="UnknownCommitOutcomeException">They still are in the tables; the next start, or the server's own vacuum, removes them.</exception>
    public Task AddAsync(DeadRows rows)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            next.Add((rows, done));
            if (running.IsCompleted) running = Task.Run(RunAsync);
        }
        return done.Task;
    }

    /// <summary>Takes up what earlier processes did not finish, and what others are at: twice does no harm.</summary>
    public async Task ResumeAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT xid, tables FROM unvacuumed", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) _ = Ignore(AddAsync(new(reader.GetFieldValue<ulong>(0), reader.GetFieldValue<string[]>(1))));
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await running;
        closing.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            (DeadRows Rows, TaskCompletionSource Done)[] batch;
            lock (gate)
            {
                batch = [.. next];
                next.Clear();
                // Under the lock: whoever adds from now on starts a new run.
                if (batch.Length == 0) return;
            }
            try
            {
                await CleanAsync([.. batch.Select(static b => b.Rows)]);
                foreach (var (_, done) in batch) done.SetResult();
            }
            catch (Exception e)
            {
                var reason = e is OperationCanceledException ? "the journal was closed." : PostgresErrors.Translate(e).Message;
                foreach (var (_, done) in batch)
                    done.SetException(new UnknownCommitOutcomeException("Erased and durable, but dead rows may still be in the tables: " + reason));
            }
        }
    }

    private async Task CleanAsync(DeadRows[] rows)
    {
        var since = retries.Now;
        await using var connection = await source.OpenConnectionAsync(closing.Token);
        for (var tries = 1; await IsSeenAsync(connection, rows.Max(static r => r.Xid)); tries++)
        {
            if (retries.Elapsed(since) >= wait) throw new JournalUnavailableException("a reader of an older state, such as a backup, still sees them.");
            await retries.PauseAsync(tries, closing.Token);
        }
        foreach (var table in rows.SelectMany(static r => r.Tables).Distinct()) await Vacuums.RunAsync(connection, table, closing.Token);
        await using var done = new NpgsqlCommand("DELETE FROM unvacuumed WHERE xid=ANY($1)", connection);
        done.Parameters.Add(new() { Value = rows.Select(static r => r.Xid).ToArray(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Xid8 });
        await done.ExecuteNonQueryAsync(closing.Token);
    }

    private async Task<bool> IsSeenAsync(NpgsqlConnection connection, ulong xid)
    {
        await using var command = new NpgsqlCommand(IsSeen, connection);
        command.Parameters.Add(new() { Value = xid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8 });
        return await command.ExecuteScalarAsync(closing.Token) is true;
    }

    private static async Task Ignore(Task task)
    {
        try
        {
            await task;
        }
        catch (UnknownCommitOutcomeException)
        {
            // Nobody waits for it; it stays noted in the table.
        }
    }
}
