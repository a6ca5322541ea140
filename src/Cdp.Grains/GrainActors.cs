using System.Threading.Channels;
using Cdp.Client;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Grains.Customers;
using Cdp.Grains.Identifiers;

namespace Cdp.Grains;

/// <summary>All actors of the cluster, as this silo reaches them.</summary>
internal sealed class GrainActors : IActors, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly IGrainFactory _grains;
    private readonly ActiveCustomers _active;
    private readonly OwnerCache _owners;
    private readonly ActorServices _services;
    private readonly CancellationTokenSource _stop = new();

    public GrainActors(IGrainFactory grains, ActiveCustomers active, OwnerCache owners, ActorServices services) =>
        (_grains, _active, _owners, _services) = (grains, active, owners, services);

    public ICustomer Customer(string workspace, CustomerId id) => _active.TryGet((workspace, id), out var grain)
        ? grain.Handle
        : new CustomerHandle(GrainReferences.Customer(_grains, workspace, id));

    public async Task<IReadOnlyList<EventOutcome>> RouteAsync(string workspace, Identifier anchor, IReadOnlyList<CustomerEvent> run)
    {
        try
        {
            var grain = GrainReferences.Identifier(_grains, workspace, anchor);
            var outcomes = (await grain.RouteAsync(new([.. run]))).Outcomes;
            // An event's profile owns the event's anchor.
            if (outcomes[^1].Profile is { } owner) _owners.Set(workspace, anchor, owner);
            return outcomes;
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            var reason = new Reason(HostFaults.StatusOf(error) == CallStatus.Overloaded ? ReasonCodes.Overloaded : ReasonCodes.NoAnswer);
            return [.. run.Select(e => new EventOutcome(e.MessageId, EventStatus.Failed, null, [reason]))];
        }
    }

    /// <remarks>
    /// Who is not known here is asked for in the store, and not in the identifier's grain: that would take a call, often to another silo, and often an
    /// activation, also for every value that a stranger makes up.
    /// </remarks>
    public ValueTask<OwnerHint?> OwnerAsync(string workspace, Identifier identifier, CustomerId? stale = null)
    {
        if (_owners.Find(workspace, identifier) is { } owner)
        {
            if (owner != stale) return new(new OwnerHint(owner, 0));
            _owners.Remove(workspace, identifier, owner);
        }

        return AskStoreAsync(workspace, identifier);
    }

    public IDisposable Watch(string workspace, CustomerId id, ChannelWriter<bool> changes) =>
        new ChangeWatch(_grains, workspace, id, changes, _services.Clock, _stop.Token);

    /// <summary>When the silo stops, watches end before everything else, so that none of them holds it up.</summary>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(GrainActors),
        ServiceLifecycleStage.Last,
        static _ => Task.CompletedTask,
        async _ =>
        {
            await _stop.CancelAsync();
            _active.Stop();
        });

    public void Dispose() => _stop.Dispose();

    private async ValueTask<OwnerHint?> AskStoreAsync(string workspace, Identifier identifier)
    {
        var ownership = (await _services.Journal.OwnersAsync(workspace, [identifier]))[0];
        if (ownership.Owner is { } owner) _owners.Set(workspace, identifier, owner);
        return OwnerHint.Of(ownership);
    }
}
