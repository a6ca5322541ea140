using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Grains.Tests.Support;

/// <summary>Takes snapshots as soon as they are due, and keeps what it is offered.</summary>
internal sealed class TestSink : ISnapshotSink
{
    private readonly List<(string Workspace, StoredSnapshot Snapshot)> _offers = [];

    public Func<string, CustomerId, Task> Take { get; set; } = static (_, _) => Task.CompletedTask;

    public IReadOnlyList<(string Workspace, StoredSnapshot Snapshot)> Offers
    {
        get
        {
            lock (_offers) return [.. _offers];
        }
    }

    public bool Due(string workspace, CustomerId customer)
    {
        _ = Take(workspace, customer);
        return true;
    }

    public void Offer(string workspace, StoredSnapshot snapshot)
    {
        lock (_offers) _offers.Add((workspace, snapshot));
    }
}
