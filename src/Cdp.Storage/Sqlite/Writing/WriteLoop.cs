using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>
/// The one thread that writes. It takes everything that waits and commits it together: under load groups grow by themselves, and when idle a
/// unit is committed alone at once.
/// </summary>
internal sealed class WriteLoop : IDisposable
{
    private readonly JournalFiles files;
    private readonly SqliteJournalOptions options;
    private readonly WorkQueue queue;
    private readonly ErasureCleanup cleanup;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WriterConnection? connection;
    private bool mustSettle;
    private int jobsSinceCleanup;

    public WriteLoop(JournalFiles files, SqliteJournalOptions options, TimeProvider time)
    {
        this.files = files;
        this.options = options;
        queue = new WorkQueue(options);
        cleanup = new ErasureCleanup(files, options, time);
        connection = WriterConnection.Open(files, options);
        cleanup.Resume(connection.Database);
    }

    public WorkQueue Queue => queue;

    /// <summary>Ends when the thread has.</summary>
    public Task Ended => ended.Task;

    /// <summary>Closes the connection, after the thread ended and the readers closed: the last to close moves the log into the main file.</summary>
    public void Dispose()
    {
        connection?.Dispose();
        cleanup.Dispose();
    }

    public void Start() => new Thread(Run) { IsBackground = true, Name = "journal-writer" }.Start();

    /// <summary>Erases, and ends only when no byte of what was removed is in the files any more.</summary>
    public Task<CommitOutcome> EraseAsync(EraseUnit unit)
    {
        var job = new EraseJob(unit, cleanup);
        queue.Add(job);
        return job.Task;
    }

    private TimeSpan Patience =>
        !cleanup.IsPending ? Timeout.InfiniteTimeSpan : cleanup.IsHeldUp ? ErasureCleanup.RetryAfter : TimeSpan.Zero;

    private void Run()
    {
        var turn = new Turn();
        while (queue.Take(turn, Patience))
        {
            if (turn.Group.Count > 0) Guard(turn.Group, CommitGroup, static (w, e) => w.TrySetException(e));
            if (turn.Snapshots.Count > 0) Guard(turn.Snapshots, CommitSnapshots, static (w, e) => w.TrySetException(e));
            if (turn.Job is { } job) RunJob(job);
            CleanUp(turn);
            DropIfBroken();
        }
        cleanup.GiveUp();
        if (connection is not null) cleanup.Unmark(connection.Database);
        ended.SetResult();
    }

    // One walk over the files serves all erasures that wait: those that come close together are written first.
    private void CleanUp(Turn turn)
    {
        const int jobsPerWalk = 16;
        if (!cleanup.IsPending || (turn.Job is not null && ++jobsSinceCleanup < jobsPerWalk)) return;
        jobsSinceCleanup = 0;
        if (TryConnect() is { } error) cleanup.HoldUp(error.Message);
        else cleanup.Try(connection!);
    }

    private void CommitGroup(List<CommitWork> group, WriterConnection writer)
    {
        while (group.Count > 0)
        {
            CommitWork? current = null;
            try
            {
                writer.Begin();
                foreach (var work in group)
                {
                    current = work;
                    work.Conflict = writer.Units.Apply(work.Unit);
                }
                current = null;
                writer.Commit();
                JournalMetrics.Committed(group.Select(static w => w.Conflict));
                foreach (var work in group) work.SetResult(work.Outcome);
                return;
            }
            catch (Exception e) when (current is not null && WriterErrors.IsUnitFault(e))
            {
                // The rest of the group starts again without it. Rare, so the way without faults needs no savepoints.
                writer.Rollback();
                group.Remove(current);
                current.SetException(WriterErrors.Translate(e));
                if (writer.IsBroken) throw new JournalUnavailableException("The journal's connection failed; it is opened again.");
            }
            catch (SqliteFaultException)
            {
                writer.Rollback();
                throw;
            }
        }
    }

    private static void CommitSnapshots(List<SnapshotWork> works, WriterConnection writer)
    {
        writer.InTransaction(c =>
        {
            foreach (var work in works)
                foreach (var snapshot in work.Snapshots)
                    c.Snapshots.Write(work.Workspace, snapshot);
            return 0;
        });
        foreach (var work in works) work.SetResult();
    }

    private void Guard<T>(List<T> works, Action<List<T>, WriterConnection> write, Action<T, Exception> fail)
    {
        var error = TryConnect();
        if (error is null)
        {
            try
            {
                write(works, connection!);
            }
            catch (Exception e)
            {
                error = WriterErrors.Translate(e);
            }
            DropIfBroken();
        }
        if (error is null) return;
        foreach (var work in works) fail(work, error);
    }

    private void RunJob(IWriterJob job)
    {
        if (TryConnect() is { } error) job.Fail(error);
        else job.Run(connection!);
        DropIfBroken();
    }

    private void DropIfBroken()
    {
        if (connection is not { IsBroken: true }) return;
        connection.Dispose();
        connection = null;
        mustSettle = true;
    }

    /// <summary>Opens the connection again after it was dropped; what an unknown commit may have left is written over first.</summary>
    private Exception? TryConnect()
    {
        if (connection is not null) return null;
        try
        {
            connection = WriterConnection.Open(files, options);
            if (mustSettle) connection.Settle();
            mustSettle = false;
            return null;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            connection = null;
            // Not "unknown", whatever it was: nothing of the callers' work was begun.
            return e is SqliteFaultException fault
                ? WriterErrors.Translate(fault)
                : new JournalUnavailableException("The journal is being opened again after a failed commit.", e);
        }
    }
}
