using System.Threading.Channels;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;

namespace Cdp.Core.Actors;

/// <summary>
/// The actors of a caller that makes one call after the other and ends soon: no mailboxes, and none of them ever leaves memory. Not thread-safe.
/// </summary>
/// <param name="services">What the actors need.</param>
public sealed class SequentialActors(ActorServices services) : IActors
{
    private readonly Dictionary<(string Workspace, CustomerId Id), CustomerActor> _customers = [];
    private readonly Dictionary<(string Workspace, Identifier Identifier), IdentifierActor> _identifiers = [];

    /// <inheritdoc/>
    public ICustomer Customer(string workspace, CustomerId id) => Find(workspace, id);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EventOutcome>> RouteAsync(string workspace, Identifier anchor, IReadOnlyList<CustomerEvent> run) =>
        Find(workspace, anchor).RouteAsync(run);

    /// <inheritdoc/>
    public async ValueTask<OwnerHint?> OwnerAsync(string workspace, Identifier identifier, CustomerId? stale = null)
    {
        if (_identifiers.GetValueOrDefault((workspace, identifier))?.Owner is { } known && known != stale) return new(known, 0);
        return OwnerHint.Of((await services.Journal.OwnersAsync(workspace, [identifier]))[0]);
    }

    /// <inheritdoc/>
    public IDisposable Watch(string workspace, CustomerId id, ChannelWriter<bool> changes) => new ActorWatch(Find(workspace, id), changes);

    private CustomerActor Find(string workspace, CustomerId id)
    {
        if (!_customers.TryGetValue((workspace, id), out var actor)) _customers.Add((workspace, id), actor = new(workspace, id, services));
        return actor;
    }

    private IdentifierActor Find(string workspace, Identifier identifier)
    {
        if (!_identifiers.TryGetValue((workspace, identifier), out var actor)) _identifiers.Add((workspace, identifier), actor = new(workspace, identifier, this, services));
        return actor;
    }

    private sealed class ActorWatch : IDisposable
    {
        private readonly CustomerActor _actor;
        private readonly ChannelWriter<bool> _changes;

        public ActorWatch(CustomerActor actor, ChannelWriter<bool> changes)
        {
            (_actor, _changes) = (actor, changes);
            _actor.Changed += Signal;
        }

        public void Dispose() => _actor.Changed -= Signal;

        private void Signal() => _changes.TryWrite(true);
    }
}
