using System.Threading.Channels;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Simulation.Running;

namespace Cdp.Simulation.Grid;

/// <summary>The actors as one caller reaches them: over the network, wherever they are.</summary>
internal sealed class SimActors(World world, Endpoint from) : IActors
{
    public ICustomer Customer(string workspace, CustomerId id) => new SimCustomer(world, from, new(id, null));

    public async Task<IReadOnlyList<EventOutcome>> RouteAsync(string workspace, Identifier anchor, IReadOnlyList<CustomerEvent> run)
    {
        var what = world.Says ? $"Route({string.Join(", ", run.Select(e => e.MessageId))})" : "";
        IReadOnlyList<EventOutcome>? lost = null;
        var answer = await world.Network.CallAsync(
            from, new(null, anchor), what, (a, call, isRemote) => ((IdentifierActivation)a).Route(call!, run, isRemote), lost);
        return answer ?? [.. run.Select(e => new EventOutcome(e.MessageId, EventStatus.Failed, null, [new Reason("unreachable")]))];
    }

    public async ValueTask<OwnerHint?> OwnerAsync(string workspace, Identifier identifier, CustomerId? stale = null)
    {
        var lost = new OwnerHint?(default(OwnerHint));
        var answer = await world.Network.CallAsync(
            from,
            new(null, identifier),
            world.Says ? $"Owner(not {world.NameOf(stale)})" : "",
            (a, call, isRemote) => ((IdentifierActivation)a).Owner(call, stale, isRemote),
            lost);
        if (answer != lost) return answer;
        // Who does not answer is passed over: the store knows as well.
        return OwnerHint.Of((await new Store.SimJournal(from.Life, world.Store).OwnersAsync(workspace, [identifier]))[0]);
    }

    public IDisposable Watch(string workspace, CustomerId id, ChannelWriter<bool> changes) =>
        throw new InvalidOperationException("The simulated clients do not watch.");
}
