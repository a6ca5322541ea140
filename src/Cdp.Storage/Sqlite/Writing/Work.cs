using Cdp.Core.Journal;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>A unit that waits for its group, and the caller's task.</summary>
internal sealed class CommitWork(UnitOfWork unit) : TaskCompletionSource<CommitOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public UnitOfWork Unit { get; } = unit;

    /// <summary>What it met, null when it is written. Set inside the transaction, told to the caller only after it is durable.</summary>
    public ConflictKind? Conflict { get; set; }

    public CommitOutcome Outcome => Conflict is null ? CommitOutcome.Committed : CommitOutcome.Conflict;
}

/// <summary>Snapshots that wait for their turn.</summary>
internal sealed class SnapshotWork(string workspace, IReadOnlyList<StoredSnapshot> snapshots)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public string Workspace { get; } = workspace;

    public IReadOnlyList<StoredSnapshot> Snapshots { get; } = snapshots;
}

/// <summary>Rare work that has the writer's connection for itself.</summary>
internal interface IWriterJob
{
    /// <summary>Does it and tells the caller; throws nothing.</summary>
    void Run(WriterConnection connection);

    void Fail(Exception error);
}

/// <summary>Rare work with an answer.</summary>
internal class WriterJob<T>(Func<WriterConnection, T> work)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IWriterJob
{
    public virtual void Run(WriterConnection connection)
    {
        try
        {
            SetResult(work(connection));
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    public void Fail(Exception error) => TrySetException(WriterErrors.Translate(error));
}
