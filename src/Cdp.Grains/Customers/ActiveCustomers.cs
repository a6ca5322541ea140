using System.Collections.Concurrent;
using Cdp.Core.Identity;

namespace Cdp.Grains.Customers;

/// <summary>
/// The customers that are active on this silo, so that code in the silo can read them without a call. What is read this way is what a call would have
/// been answered: the last committed profile of the one activation that there is while membership is settled.
/// </summary>
/// <param name="options">How many there may be.</param>
/// <param name="standing">Whether this silo still knows itself to be a member.</param>
internal sealed class ActiveCustomers(CdpGrainsOptions options, ISiloStanding standing)
    : ActiveGrains<(string Workspace, CustomerId Id), CustomerGrain>(options.MaxActiveCustomers)
{
    private readonly bool _isCompared = options.CompareEvery is not null;
    private readonly ConcurrentQueue<CustomerGrain> _shown = new();
    private volatile bool _isStopping;

    /// <summary>
    /// Whether calls may be answered: a silo that may have been declared dead does not know what others have written since, and those who answer for
    /// its customers now do not know what it writes.
    /// </summary>
    public bool MayAnswer => standing.IsConfirmed;

    /// <summary>Whether the silo is on its way out.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Notes that a customer was read in memory for the first time since it was taken by <see cref="TakeShown"/>.</summary>
    public void NoteShown(CustomerGrain grain)
    {
        if (_isCompared) _shown.Enqueue(grain);
    }

    /// <summary>Those that were read since the last time. Not called by two at once.</summary>
    public IReadOnlyList<CustomerGrain> TakeShown()
    {
        List<CustomerGrain> taken = [];
        while (_shown.TryDequeue(out var grain))
        {
            grain.IsShown = false;
            taken.Add(grain);
        }

        return taken;
    }

    /// <summary>Has a customer offer the snapshot that is due.</summary>
    public Task SnapshotAsync(string workspace, CustomerId id) => TryGet((workspace, id), out var grain) ? grain.SnapshotAsync() : Task.CompletedTask;

    /// <summary>The silo stops: ends all watches, so that none of them holds it up.</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (var grain in All) grain.EndWatches();
    }
}
