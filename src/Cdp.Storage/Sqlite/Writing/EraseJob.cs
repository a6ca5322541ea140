using Cdp.Core.Journal;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>An erasure; its caller hears of success only after the cleanup.</summary>
internal sealed class EraseJob(EraseUnit unit, ErasureCleanup cleanup)
    : TaskCompletionSource<CommitOutcome>(TaskCreationOptions.RunContinuationsAsynchronously), IWriterJob
{
    public void Run(WriterConnection connection)
    {
        try
        {
            var outcome = connection.InTransaction(c => c.Erasures.Apply(unit));
            if (outcome == CommitOutcome.Committed) cleanup.Add(this);
            else SetResult(outcome);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    public void Fail(Exception error) => TrySetException(WriterErrors.Translate(error));
}
