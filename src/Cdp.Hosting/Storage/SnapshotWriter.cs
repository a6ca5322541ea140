using System.Threading.Channels;
using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Hosting.Storage;

/// <summary>Writes snapshots behind, in batches. When the store cannot keep up, they are dropped: a snapshot only shortens a load.</summary>
internal sealed class SnapshotWriter : ISnapshotSink
{
    private const int MaxWaiting = 4_096;
    private const int MaxBatch = 64;

    private readonly Channel<(string Workspace, CustomerId Customer)> _due = Bounded<(string, CustomerId)>(BoundedChannelFullMode.Wait);
    private readonly Channel<(string Workspace, StoredSnapshot Snapshot)> _offers = Bounded<(string, StoredSnapshot)>(BoundedChannelFullMode.DropWrite);
    private readonly IJournal _journal;
    private readonly Task _writing;
    private Task _taking = Task.CompletedTask;

    public SnapshotWriter(IJournal journal)
    {
        _journal = journal;
        _writing = Task.Run(WriteAsync);
    }

    public bool Due(string workspace, CustomerId customer) => _due.Writer.TryWrite((workspace, customer));

    public void Offer(string workspace, StoredSnapshot snapshot) => _offers.Writer.TryWrite((workspace, snapshot));

    /// <summary>Starts taking the snapshots that are due.</summary>
    /// <param name="take">Has a customer offer its snapshot.</param>
    public void Start(Func<string, CustomerId, Task> take) => _taking = Task.Run(async () =>
    {
        await foreach (var (workspace, customer) in _due.Reader.ReadAllAsync()) await take(workspace, customer);
    });

    /// <summary>Writes what waits and ends.</summary>
    public async Task CompleteAsync()
    {
        _due.Writer.TryComplete();
        await _taking;
        _offers.Writer.TryComplete();
        await _writing;
    }

    private static Channel<T> Bounded<T>(BoundedChannelFullMode whenFull) =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(MaxWaiting) { FullMode = whenFull });

    private async Task WriteAsync()
    {
        var batch = new List<(string Workspace, StoredSnapshot Snapshot)>(MaxBatch);
        while (await _offers.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _offers.Reader.TryRead(out var offer)) batch.Add(offer);
            foreach (var workspace in batch.GroupBy(o => o.Workspace))
            {
                try
                {
                    await _journal.SaveSnapshotsAsync(workspace.Key, [.. workspace.Select(o => o.Snapshot)]);
                }
                catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException)
                {
                    // Nothing is lost: the records that the snapshot sums up are in the journal.
                }
            }
        }
    }
}
