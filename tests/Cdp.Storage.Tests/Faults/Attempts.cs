using System.Collections.Concurrent;
using Cdp.Core.Journal;
using Cdp.Testing.Journal;

namespace Cdp.Storage.Tests.Faults;

/// <summary>What is known of a commit.</summary>
internal enum Answer
{
    /// <summary>It is durable.</summary>
    Committed,

    /// <summary>Nothing of it may ever be seen.</summary>
    Refused,

    /// <summary>Still under way, or of unknown outcome: all of it or nothing.</summary>
    InDoubt,
}

/// <summary>A unit or an erasure that was sent. Its number is the time of all its records, so that what it left can be found.</summary>
internal sealed record Attempt(int Number, UnitOfWork? Unit, EraseUnit? Erase, Attempt? Erased, Task<CommitOutcome> Task)
{
    public Answer Answer => Task switch
    {
        { IsCompletedSuccessfully: true, Result: CommitOutcome.Committed } => Answer.Committed,
        { IsCompletedSuccessfully: true } => Answer.Refused,
        { Exception.InnerException: JournalUnavailableException or JournalOverloadedException } => Answer.Refused,
        { Exception.InnerException: UnknownCommitOutcomeException } or { IsCompleted: false } => Answer.InDoubt,
        _ => throw new InvalidOperationException($"Commit {Number} ended in what the contract does not know.", Task.Exception),
    };

    public ValueTask<CommitOutcome> RepeatAsync(IJournal journal) =>
        Unit is not null ? journal.CommitAsync(Unit) : journal.EraseAsync(Erase!);
}

/// <summary>A snapshot that was sent.</summary>
internal sealed record SavedSnapshot(StoredSnapshot Snapshot, Task Task);

/// <summary>All that was sent to a journal, by several threads.</summary>
internal sealed class Attempts
{
    private readonly ConcurrentQueue<Attempt> commits = [];
    private readonly ConcurrentQueue<SavedSnapshot> snapshots = [];
    private int lastNumber;

    public IReadOnlyCollection<Attempt> Commits => commits;

    public IReadOnlyCollection<SavedSnapshot> Snapshots => snapshots;

    public int NextNumber() => Interlocked.Increment(ref lastNumber);

    public Attempt Commit(IJournal journal, int number, UnitOfWork unit) => Add(new(number, unit, null, null, journal.CommitAsync(unit).AsTask()));

    public Attempt Erase(IJournal journal, int number, Attempt erased, EraseUnit unit) =>
        Add(new(number, null, unit, erased, journal.EraseAsync(unit).AsTask()));

    public Task Save(IJournal journal, StoredSnapshot snapshot)
    {
        var task = journal.SaveSnapshotsAsync(Units.Workspace, [snapshot]).AsTask();
        snapshots.Enqueue(new(snapshot, task));
        return task;
    }

    /// <summary>What is acknowledged at this moment.</summary>
    public Acknowledged Acknowledged() => new(
        [.. commits.Where(static a => a.Answer == Answer.Committed).Select(static a => a.Number)],
        [.. snapshots.Where(static s => s.Task.IsCompletedSuccessfully).Select(static s => s.Snapshot)]);

    private Attempt Add(Attempt attempt)
    {
        commits.Enqueue(attempt);
        return attempt;
    }
}

/// <summary>What was acknowledged at some moment: the numbers of commits, and snapshots.</summary>
internal sealed record Acknowledged(HashSet<int> Commits, List<StoredSnapshot> Snapshots);
