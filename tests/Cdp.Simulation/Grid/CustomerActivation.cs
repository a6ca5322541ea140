using Cdp.Core.Actors;
using Cdp.Core.Profiles;
using Cdp.Simulation.Running;

namespace Cdp.Simulation.Grid;

/// <summary>A customer's activation.</summary>
internal sealed class CustomerActivation : Activation
{
    public CustomerActivation(World world, Silo silo, ActorKey key) : base(world, silo, key) =>
        Actor = new CustomerActor(World.Workspace, key.Customer!.Value, Services);

    public CustomerActor Actor { get; }

    /// <summary>Reads interleave when the profile is in memory; a load takes a turn.</summary>
    public void Read(Call<Answer<ProfileView>> call, Via via, bool isRemote)
    {
        if (Actor.TryView(via.AtLeastVersion) is { } view) _ = AnswerAsync(call, () => new(Actor.Show(view, via)), isRemote);
        else InTurn(call, () => Actor.ReadAsync(via), isRemote);
    }

    protected override void TurnEnded() => World.Checks.AfterTurn(this);
}
