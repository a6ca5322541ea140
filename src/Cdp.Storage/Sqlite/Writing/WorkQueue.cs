using Cdp.Core.Journal;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>What waits for the writer: bounded, and refusing at once instead of making callers wait for a place.</summary>
internal sealed class WorkQueue(SqliteJournalOptions options)
{
    private readonly object gate = new();
    private readonly Queue<CommitWork> commits = new();
    private readonly Queue<SnapshotWork> snapshots = new();
    private readonly Queue<IWriterJob> jobs = new();
    private int waitingSnapshots;
    private int groupsSinceSnapshots;
    private bool isIdle;
    private bool isClosed;

    public void Add(CommitWork work)
    {
        lock (gate)
        {
            ThrowIfClosed();
            if (commits.Count >= options.QueueMaxUnits) throw new JournalOverloadedException();
            commits.Enqueue(work);
            Wake();
        }
    }

    public void Add(SnapshotWork work)
    {
        lock (gate)
        {
            ThrowIfClosed();
            // One that is larger than the whole queue still gets in when nothing waits.
            if (waitingSnapshots > 0 && waitingSnapshots + work.Snapshots.Count > options.QueueMaxSnapshots) throw new JournalOverloadedException();
            waitingSnapshots += work.Snapshots.Count;
            snapshots.Enqueue(work);
            Wake();
        }
    }

    public void Add(IWriterJob job)
    {
        lock (gate)
        {
            ThrowIfClosed();
            if (jobs.Count >= options.QueueMaxUnits) throw new JournalOverloadedException();
            jobs.Enqueue(job);
            Wake();
        }
    }

    /// <summary>Takes no more work; what waits is still done.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Waits for work and takes the next turn's: a group, snapshots when it is their turn, and one job.</summary>
    /// <param name="turn">Filled with the work.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <returns>False when the queue is closed and empty.</returns>
    public bool Take(Turn turn, TimeSpan patience)
    {
        turn.Clear();
        lock (gate)
        {
            if (IsEmpty && !isClosed)
            {
                isIdle = true;
                Monitor.Wait(gate, patience);
                isIdle = false;
            }
            if (IsEmpty) return !isClosed;
            TakeSnapshots(turn);
            while (turn.Group.Count < options.GroupMaxUnits && commits.TryDequeue(out var commit)) turn.Group.Add(commit);
            jobs.TryDequeue(out var job);
            turn.Job = job;
            return true;
        }
    }

    private bool IsEmpty => commits.Count == 0 && snapshots.Count == 0 && jobs.Count == 0;

    private void TakeSnapshots(Turn turn)
    {
        const int perTransaction = 256;
        if (snapshots.Count == 0) return;
        if (commits.Count > 0 && ++groupsSinceSnapshots < options.SnapshotsEveryGroups) return;
        groupsSinceSnapshots = 0;
        for (var taken = 0; taken < perTransaction && snapshots.TryDequeue(out var work); taken += work.Snapshots.Count)
        {
            waitingSnapshots -= work.Snapshots.Count;
            turn.Snapshots.Add(work);
        }
    }

    private void Wake()
    {
        if (isIdle) Monitor.Pulse(gate);
    }

    private void ThrowIfClosed()
    {
        if (isClosed) throw new JournalUnavailableException("The journal is closed.");
    }
}

/// <summary>What the writer does next.</summary>
internal sealed class Turn
{
    public List<CommitWork> Group { get; } = [];

    public List<SnapshotWork> Snapshots { get; } = [];

    public IWriterJob? Job { get; set; }

    public void Clear()
    {
        Group.Clear();
        Snapshots.Clear();
        Job = null;
    }
}
