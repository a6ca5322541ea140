using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>
/// Erasures whose transaction is durable and whose old bytes are still in the log. They end when the log is cut to zero, which readers of older
/// states can delay; commits go on meanwhile. Used by the writer thread only.
/// </summary>
internal sealed class LogTruncation(TimeSpan patience, TimeProvider time)
{
    /// <summary>Between attempts while nothing else is to be done.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);

    private readonly List<(TaskCompletionSource<CommitOutcome> Caller, long Since)> waiting = [];

    public bool IsPending { get; private set; }

    public void Add(TaskCompletionSource<CommitOutcome> caller)
    {
        waiting.Add((caller, time.GetTimestamp()));
        IsPending = true;
    }

    public void Try(Database database)
    {
        string reason = "a reader of an older state, such as a backup, holds the log.";
        try
        {
            database.BusyTimeout(10);
            if (database.TryTruncateLog())
            {
                IsPending = false;
                foreach (var (caller, _) in waiting) caller.SetResult(CommitOutcome.Committed);
                waiting.Clear();
                return;
            }
        }
        catch (SqliteFaultException e)
        {
            reason = e.Message;
        }
        finally
        {
            database.BusyTimeout(5000);
        }
        // Still pending after this: the log is cut as soon as that is possible, though nobody waits for it any more.
        for (var i = waiting.Count - 1; i >= 0; i--)
        {
            if (time.GetElapsedTime(waiting[i].Since) < patience) continue;
            Fail(waiting[i].Caller, reason);
            waiting.RemoveAt(i);
        }
    }

    /// <summary>The journal closes.</summary>
    public void GiveUp()
    {
        foreach (var (caller, _) in waiting) Fail(caller, "the journal was closed.");
        waiting.Clear();
    }

    private static void Fail(TaskCompletionSource<CommitOutcome> caller, string reason) => caller.SetException(
        new UnknownCommitOutcomeException("Erased and durable, but old bytes may still be in the log: " + reason));
}

/// <summary>An erasure; its caller hears of success only after the truncation.</summary>
internal sealed class EraseJob(EraseUnit unit, LogTruncation truncation)
    : TaskCompletionSource<CommitOutcome>(TaskCreationOptions.RunContinuationsAsynchronously), IWriterJob
{
    public void Run(WriterConnection connection)
    {
        try
        {
            var outcome = connection.InTransaction(c => c.Erasures.Apply(unit));
            if (outcome == CommitOutcome.Committed) truncation.Add(this);
            else SetResult(outcome);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    public void Fail(Exception error) => TrySetException(WriterErrors.Translate(error));
}
