using System.Security.Cryptography;
using System.Threading.Channels;
using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>
/// Commits what waits, in groups: each lane takes all that waits, up to a group's size, and commits it over its own connection while the other lanes
/// do the same with the next. Idle, a unit is committed alone at once; under load groups grow by themselves.
/// </summary>
internal sealed class WriteLanes
{
    private const int SizeShards = 64;

    private readonly Channel<CommitWork> queue;
    private readonly PostgresJournalOptions options;
    private readonly Retries retries;
    private readonly Task[] lanes;
    private volatile bool isClosed;

    public WriteLanes(NpgsqlDataSource source, PostgresJournalOptions options, Retries retries, long feedBase)
    {
        (this.options, this.retries) = (options, retries);
        queue = Channel.CreateBounded<CommitWork>(options.QueueMaxUnits);
        lanes = [.. Enumerable.Range(0, options.WriteConnections).Select(_ => Task.Run(() => RunAsync(source, feedBase)))];
    }

    /// <summary>Queues a unit and waits for its outcome.</summary>
    /// <exception cref="JournalOverloadedException">The queue is full.</exception>
    /// <exception cref="JournalUnavailableException">The journal is closed.</exception>
    public Task<CommitOutcome> AddAsync(UnitOfWork unit)
    {
        var work = new CommitWork(unit, retries.Now);
        if (!queue.Writer.TryWrite(work)) throw isClosed ? PostgresErrors.Closed() : new JournalOverloadedException();
        return work.Task;
    }

    /// <summary>Takes no more, and ends when all that waits is answered.</summary>
    public Task CloseAsync()
    {
        isClosed = true;
        queue.Writer.TryComplete();
        return Task.WhenAll(lanes);
    }

    private async Task RunAsync(NpgsqlDataSource source, long feedBase)
    {
        // Drawn, so that lanes of several processes rarely count in the same rows.
        await using var writer = new GroupWriter(source, (short)RandomNumberGenerator.GetInt32(SizeShards), feedBase);
        while (await queue.Reader.WaitToReadAsync())
        {
            var group = new List<CommitWork>();
            var bytes = 0L;
            while (group.Count < options.GroupMaxUnits && bytes < options.GroupMaxBytes && queue.Reader.TryRead(out var work))
            {
                group.Add(work);
                bytes += work.Bytes;
            }
            await CommitAsync(writer, group);
        }
    }

    private async Task CommitAsync(GroupWriter writer, List<CommitWork> group)
    {
        for (var tries = 1; group.Count > 0; tries++)
        {
            try
            {
                if (await writer.TryCommitAsync(new GroupPlan(group)))
                {
                    JournalMetrics.Committed(group.Select(static w => w.Conflict));
                    foreach (var work in group) work.SetResult(work.Outcome);
                    return;
                }
                FailLate(group, tries, new JournalUnavailableException("Other processes kept making the same rows."));
                if (group.Count > 0) await retries.PauseAsync(tries);
            }
            catch (Exception e) when (PostgresErrors.IsTransient(e))
            {
                FailLate(group, tries, PostgresErrors.Translate(e));
                if (group.Count > 0) await retries.PauseAsync(tries);
            }
            catch (Exception e) when (group.Count > 1 && PostgresErrors.IsUnitFault(e))
            {
                // One unit's values are to blame. It is found by halves, and the others are committed without it.
                await CommitAsync(writer, group[..(group.Count / 2)]);
                await CommitAsync(writer, group[(group.Count / 2)..]);
                return;
            }
            catch (Exception e)
            {
                foreach (var work in group) work.SetException(PostgresErrors.Translate(e));
                return;
            }
        }
    }

    private void FailLate(List<CommitWork> group, int tries, Exception error)
    {
        foreach (var work in group)
            if (retries.IsOver(work.QueuedAt, tries)) work.SetException(error);
        group.RemoveAll(static w => w.Task.IsCompleted);
    }
}
