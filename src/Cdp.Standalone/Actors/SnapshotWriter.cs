using System.Threading.Channels;
using Cdp.Core.Actors;
using Cdp.Core.Journal;

namespace Cdp.Standalone.Actors;

/// <summary>Writes snapshots behind, in batches. When the store cannot keep up, offers are dropped: a snapshot only shortens a load.</summary>
internal sealed class SnapshotWriter : ISnapshotSink
{
    private const int MaxWaiting = 4_096;
    private const int MaxBatch = 64;

    private readonly Channel<(string Workspace, StoredSnapshot Snapshot)> _offers =
        Channel.CreateBounded<(string, StoredSnapshot)>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly IJournal _journal;
    private readonly Task _writing;

    public SnapshotWriter(IJournal journal)
    {
        _journal = journal;
        _writing = Task.Run(WriteAsync);
    }

    public void Offer(string workspace, StoredSnapshot snapshot) => _offers.Writer.TryWrite((workspace, snapshot));

    /// <summary>Writes what waits and ends.</summary>
    public async Task CompleteAsync()
    {
        _offers.Writer.TryComplete();
        await _writing;
    }

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
