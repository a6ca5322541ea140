using Cdp.Core.Actors;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Grid;

/// <summary>One copy of an actor in a silo: the Core actor behind a mailbox that lets one call in at a time.</summary>
internal abstract class Activation
{
    private readonly Queue<Func<Task>> _mailbox = new();
    private bool _isBusy;

    protected Activation(World world, Silo silo, ActorKey key)
    {
        World = world;
        Silo = silo;
        Key = key;
        Life = new Life(world.Says ? $"{world.NameOf(key)}@{silo.Name}" : "", silo.Life);
        Services = silo.ServicesFor(Life);
    }

    public ActorKey Key { get; }

    public Silo Silo { get; }

    public Life Life { get; }

    public bool IsIdle => !_isBusy && _mailbox.Count == 0;

    protected World World { get; }

    protected ActorServices Services { get; }

    /// <summary>Does something in a turn of its own, after everything that came before.</summary>
    public void InTurn(Func<Task> work)
    {
        _mailbox.Enqueue(work);
        if (!_isBusy) _ = WorkAsync();
    }

    /// <summary>Answers a call in a turn of its own.</summary>
    public void InTurn<T>(Call<T> call, Func<ValueTask<T>> work, bool isRemote) => InTurn(() => AnswerAsync(call, work, isRemote));

    /// <summary>Answers a call at once, whoever has the turn.</summary>
    public async Task AnswerAsync<T>(Call<T> call, Func<ValueTask<T>> work, bool isRemote)
    {
        try
        {
            var answer = await work();
            call.Answer(answer, World.Says ? $"{Life.Name} → {call.From.Life.Name}: {World.Describe(answer)}" : "", isRemote);
        }
#pragma warning disable CA1031 // As a host does: the exception goes to the caller.
        catch (Exception error)
#pragma warning restore CA1031
        {
            call.Fail(error);
        }
    }

    /// <summary>Looks at the actor after each of its turns.</summary>
    protected virtual void TurnEnded()
    {
    }

    private async Task WorkAsync()
    {
        _isBusy = true;
        while (_mailbox.TryDequeue(out var work))
        {
            await work();
            TurnEnded();
        }

        _isBusy = false;
    }
}
