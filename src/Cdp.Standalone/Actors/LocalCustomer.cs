using System.Threading.Channels;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Standalone.Actors;

/// <summary>A customer in this process: the Core actor behind a mailbox.</summary>
internal sealed class LocalCustomer : Mailbox, ICustomer
{
    private readonly string _workspace;
    private readonly LocalActors _actors;
    private readonly CustomerActor _actor;
    private List<ChannelWriter<bool>>? _watchers;

    public LocalCustomer(string workspace, CustomerId id, LocalActors actors, ActorServices services)
    {
        (_workspace, _actors) = (workspace, actors);
        _actor = new CustomerActor(workspace, id, services) { Changed = OnChanged };
    }

    protected override bool MayClose => _watchers is not { Count: > 0 };

    private LocalCustomer Successor => _actors.Find(_workspace, _actor.Id);

    public async ValueTask<ApplyAnswer> ApplyAsync(IReadOnlyList<CustomerEvent> events, int start, Via via)
    {
        var customer = await EnterOpenAsync();
        try
        {
            return await customer._actor.ApplyAsync(events, start, via);
        }
        finally
        {
            customer.Exit();
        }
    }

    public ValueTask<Answer<ProfileView>> ReadAsync(Via via) =>
        _actor.TryView(via.AtLeastVersion) is { } view ? new(_actor.Show(view, via)) : TurnAsync(c => c._actor.ReadAsync(via));

    public ValueTask<ApplyAnswer> ResolveAsync(Resolution resolution) => TurnAsync(c => c._actor.ResolveAsync(resolution));

    public ValueTask<Answer<CustomerFacts>> DescribeAsync(long atLeastVersion, UInt128 messageHash) => TurnAsync(c => c._actor.DescribeAsync(atLeastVersion, messageHash));

    public ValueTask<Answer<CustomerState>> HoldAsync(HoldToken token, long atLeastVersion) =>
        TurnAsync(c => c._actor.HoldAsync(token, atLeastVersion));

    public async ValueTask ReleaseAsync(HoldToken token, JournalRow? appended, bool reload)
    {
        // An actor that has left memory has left its hold behind with it.
        if (!await EnterAsync()) return;
        try
        {
            await _actor.ReleaseAsync(token, appended, reload);
        }
        finally
        {
            Exit();
        }
    }

    public ValueTask<Answer<ProfileView>> PatchAsync(Via via, PatchedRecord record) => TurnAsync(c => c._actor.PatchAsync(via, record));

    public ValueTask<Answer<Merged>> MergeAsync(PersonMerge merge) => TurnAsync(c => c._actor.MergeAsync(merge));

    public ValueTask<Answer<SplitAnswer>> SplitAsync(Via via, PersonSplit split) => TurnAsync(c => c._actor.SplitAsync(via, split));

    public ValueTask<Answer<Moved>> MoveAsync(Via via, IReadOnlyList<Fix> fixes) => TurnAsync(c => c._actor.MoveAsync(via, fixes));

    public ValueTask<Answer<Settled>> SettleAsync(long atLeastVersion) => TurnAsync(c => c._actor.SettleAsync(atLeastVersion));

    public ValueTask<Answer<EraseCounts>> EraseAsync(Via via, bool suppress) => TurnAsync(c => c._actor.EraseAsync(via, suppress));

    /// <summary>Offers the snapshot that is due, in a turn.</summary>
    public async Task SnapshotAsync()
    {
        if (!await EnterAsync()) return;
        try
        {
            _actor.OfferDueSnapshot();
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Offers a last snapshot; the mailbox is closed, so nobody else is inside.</summary>
    public void Leave() => _actor.OfferSnapshotWhenIdle();

    /// <summary>Offers a last snapshot when the host stops. One whose call has not ended by then is let be: its state may be changing.</summary>
    public void Stop()
    {
        EndWatches();
        if (!TryEnter()) return;
        try
        {
            Leave();
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Adds a watcher, which keeps the customer in memory.</summary>
    /// <returns>False when it has left memory already.</returns>
    public bool TryWatch(ChannelWriter<bool> changes) => WhileOpen(() => _watchers = [.. _watchers ?? [], changes]);

    public void Unwatch(ChannelWriter<bool> changes) => WhileOpen(() => _watchers = [.. _watchers!.Where(w => w != changes)]);

    private void EndWatches()
    {
        foreach (var watcher in _watchers ?? []) watcher.TryComplete();
    }

    private void OnChanged()
    {
        foreach (var watcher in _watchers ?? []) watcher.TryWrite(true);
    }

    private async ValueTask<T> TurnAsync<T>(Func<LocalCustomer, ValueTask<T>> call)
    {
        var customer = await EnterOpenAsync();
        try
        {
            return await call(customer);
        }
        finally
        {
            customer.Exit();
        }
    }

    /// <summary>Waits for the turn of whoever is this customer's actor by now.</summary>
    private async ValueTask<LocalCustomer> EnterOpenAsync()
    {
        var customer = this;
        while (!await customer.EnterAsync())
        {
            // One that is closed stays in the table until it has offered its last snapshot: a loop, and no recursion, which the stack would not survive.
            await Task.Yield();
            customer = customer.Successor;
        }

        return customer;
    }
}
