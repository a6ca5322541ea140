using System.Threading.Channels;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;

namespace Cdp.Standalone.Actors;

/// <summary>All actors of this process: at most one per identifier and per customer, a bounded number of them, the idle ones leaving first.</summary>
internal sealed class LocalActors : IActors
{
    private readonly ActorServices _services;
    private readonly ActorTable<(string Workspace, CustomerId Id), LocalCustomer> _customers;
    private readonly ActorTable<(string Workspace, Identifier Identifier), LocalIdentifier> _identifiers;

    public LocalActors(ActorServices services, MemoryOptions options)
    {
        _services = services;
        _customers = new(options.MaxActiveCustomers, options.MaxIdle, k => new(k.Workspace, k.Id, this, services), c => c.Leave());
        _identifiers = new(
            options.MaxActiveIdentifiers, options.MaxIdle, k => new(k.Workspace, k.Identifier, this, services), static _ => { });
    }

    public int ActiveCustomers => _customers.Count;

    public int ActiveIdentifiers => _identifiers.Count;

    public LocalCustomer Find(string workspace, CustomerId id) => _customers.GetOrAdd((workspace, id));

    public LocalIdentifier Find(string workspace, Identifier identifier) => _identifiers.GetOrAdd((workspace, identifier));

    public ICustomer Customer(string workspace, CustomerId id) => Find(workspace, id);

    public Task<IReadOnlyList<EventOutcome>> RouteAsync(string workspace, Identifier anchor, IReadOnlyList<CustomerEvent> run) =>
        Find(workspace, anchor).RouteAsync(run);

    public ValueTask<OwnerHint?> OwnerAsync(string workspace, Identifier identifier, CustomerId? stale = null)
    {
        // Asking for an identifier that nobody owns must not take memory: an entry is made only for an owner that was found.
        if (_identifiers.TryGet((workspace, identifier), out var entry) && entry.Owner is { } owner && owner != stale) return new(new OwnerHint(owner, 0));
        return AskStoreAsync(workspace, identifier);
    }

    public IDisposable Watch(string workspace, CustomerId id, ChannelWriter<bool> changes)
    {
        while (true)
        {
            var customer = Find(workspace, id);
            if (customer.TryWatch(changes)) return new WatchEnd(customer, changes);
        }
    }

    /// <summary>Lets idle actors go, and the longest idle ones beyond the bounds.</summary>
    public void Sweep(TimeSpan sinceLastSweep)
    {
        _customers.Sweep(sinceLastSweep);
        _identifiers.Sweep(sinceLastSweep);
    }

    /// <summary>The host stops: ends watches and lets every actor offer its last snapshot.</summary>
    public void Leave()
    {
        foreach (var customer in _customers.Values) customer.Stop();
    }

    private async ValueTask<OwnerHint?> AskStoreAsync(string workspace, Identifier identifier)
    {
        var ownership = (await _services.Journal.OwnersAsync(workspace, [identifier]))[0];
        if (ownership.Owner is { } owner) Find(workspace, identifier).Owner = owner;
        return OwnerHint.Of(ownership);
    }

    private sealed class WatchEnd(LocalCustomer customer, ChannelWriter<bool> changes) : IDisposable
    {
        public void Dispose() => customer.Unwatch(changes);
    }
}
