using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Simulation.Running;

namespace Cdp.Simulation.Grid;

/// <summary>An identifier's activation: routes in turns, says the owner at any time.</summary>
internal sealed class IdentifierActivation : Activation
{
    public IdentifierActivation(World world, Silo silo, ActorKey key) : base(world, silo, key) =>
        Actor = new IdentifierActor(World.Workspace, key.Identifier!.Value, new SimActors(world, new Endpoint(Life, silo)), Services);

    public IdentifierActor Actor { get; }

    public void Route(Call<IReadOnlyList<EventOutcome>> call, IReadOnlyList<CustomerEvent> run, bool isRemote) =>
        InTurn(call, async () => await Actor.RouteAsync(run), isRemote);

    public void Owner(Call<OwnerHint?> call, CustomerId? stale, bool isRemote) => _ = AnswerAsync(call, () => OwnerAsync(stale), isRemote);

    private async ValueTask<OwnerHint?> OwnerAsync(CustomerId? stale)
    {
        if (Actor.Owner is { } known && known != stale) return new OwnerHint(known, 0);
        var ownership = (await Services.Journal.OwnersAsync(World.Workspace, [Key.Identifier!.Value]))[0];
        if (ownership.Owner is { } owner) Actor.Owner = owner;
        return OwnerHint.Of(ownership);
    }
}
