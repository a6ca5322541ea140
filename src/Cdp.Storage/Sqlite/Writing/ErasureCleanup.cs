using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>
/// Erasures whose transaction is durable and whose old bytes are still in the files. They end when the log is cut to zero, which readers of older
/// states can delay, and the main file is scrubbed; commits go on meanwhile. Used by the writer thread only.
/// </summary>
internal sealed class ErasureCleanup(JournalFiles files, SqliteJournalOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Between attempts while nothing else is to be done.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);

    private readonly Scrubber scrubber = new(files, options.ScrubStepBytes);
    private readonly List<(TaskCompletionSource<CommitOutcome> Caller, long Since)> walking = [];
    private readonly List<(TaskCompletionSource<CommitOutcome> Caller, long Since)> next = [];
    private bool isWalking;

    public bool IsPending { get; private set; }

    /// <summary>True when the last attempt could not go on: the next one waits a moment.</summary>
    public bool IsHeldUp { get; private set; }

    /// <summary>Takes up what an earlier process did not finish.</summary>
    public void Resume(Database database) => IsPending = database.Number("SELECT count(*) FROM meta WHERE key='scrub'") != 0;

    /// <summary>Forgets the mark of unfinished erasures when there are none. Not after each: it would cost every erasure another commit.</summary>
    public void Unmark(Database database)
    {
        if (IsPending) return;
        try
        {
            database.Execute("DELETE FROM meta WHERE key='scrub'");
        }
        catch (SqliteFaultException)
        {
            // The next start scrubs once more, which does no harm.
        }
    }

    public void Add(TaskCompletionSource<CommitOutcome> caller)
    {
        // A walk under way may have passed what this erasure left behind.
        next.Add((caller, time.GetTimestamp()));
        IsPending = true;
    }

    /// <summary>Goes on with it, for some 30 ms at most.</summary>
    public void Try(WriterConnection connection)
    {
        var reason = "a reader of an older state, such as a backup, holds the log.";
        try
        {
            if (TryStep(connection, out var isDone))
            {
                IsHeldUp = false;
                if (isDone) Finish();
                return;
            }
        }
        catch (SqliteFaultException e)
        {
            reason = e.Message;
        }
        catch (Exception e)
        {
            // Of whatever kind: nothing may end the writer's thread.
            reason = $"the main file could not be scrubbed ({e.GetType().Name}).";
        }
        HoldUp(reason);
    }

    /// <summary>It cannot go on now. Callers that waited long enough are told; it stays pending, and the bytes go as soon as that is possible.</summary>
    public void HoldUp(string reason)
    {
        IsHeldUp = true;
        FailLate(walking, reason);
        FailLate(next, reason);
    }

    /// <summary>The journal closes.</summary>
    public void GiveUp()
    {
        foreach (var (caller, _) in walking.Concat(next)) Fail(caller, "the journal was closed.");
    }

    public void Dispose() => scrubber.Dispose();

    private bool TryStep(WriterConnection connection, out bool isDone)
    {
        isDone = false;
        if (!isWalking)
        {
            isWalking = true;
            walking.AddRange(next);
            next.Clear();
            scrubber.Restart();
        }
        var database = connection.Database;
        database.BusyTimeout(10);
        try
        {
            if (!database.TryTruncateLog()) return false;
        }
        finally
        {
            database.BusyTimeout(WriterConnection.BusyMilliseconds);
        }
        // Keeps even a stranger's connection from writing while the file is scrubbed; nothing is written through this transaction.
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            if (JournalFiles.Length(files.Log) != 0) return false;
            isDone = scrubber.Step();
        }
        finally
        {
            database.Execute("ROLLBACK");
            // Pages kept in memory still hold the old bytes and would bring them back with their next change.
            database.Execute("PRAGMA shrink_memory");
        }
        return true;
    }

    private void Finish()
    {
        isWalking = false;
        IsPending = next.Count > 0;
        foreach (var (caller, _) in walking) caller.SetResult(CommitOutcome.Committed);
        walking.Clear();
    }

    private void FailLate(List<(TaskCompletionSource<CommitOutcome> Caller, long Since)> waiting, string reason)
    {
        for (var i = waiting.Count - 1; i >= 0; i--)
        {
            if (time.GetElapsedTime(waiting[i].Since) < options.EraseWait) continue;
            Fail(waiting[i].Caller, reason);
            waiting.RemoveAt(i);
        }
    }

    private static void Fail(TaskCompletionSource<CommitOutcome> caller, string reason) => caller.SetException(
        new UnknownCommitOutcomeException("Erased and durable, but old bytes may still be in the files: " + reason));
}
