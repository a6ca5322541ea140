using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Grid;

/// <summary>Brings messages to where their receiver is by the time they arrive. Those between silos can be dropped, doubled and overtaken.</summary>
internal sealed class Network(World world)
{
    /// <summary>Calls an actor.</summary>
    /// <param name="from">The caller.</param>
    /// <param name="to">The actor.</param>
    /// <param name="what">For the story.</param>
    /// <param name="deliver">Hands the call to the activation that is found; the second argument says whether that is on another silo.</param>
    /// <param name="lost">What the caller is told when no answer comes.</param>
    public ValueTask<T> CallAsync<T>(Endpoint from, ActorKey to, string what, Action<Activation, Call<T>, bool> deliver, T lost)
    {
        var call = new Call<T>(world, from, lost);
        var label = world.Says ? $"{from.Life.Name} → {world.NameOf(to)}: {what}" : "";
        void Arrive()
        {
            var silo = world.Directory.Locate(from.Silo, to);
            var activation = silo.Find(to);
            activation.Life.WhenLost(call.Lose);
            deliver(activation, call, silo != from.Silo);
        }

        bool IsRemote() => from.Silo is null || world.Directory.Locate(from.Silo, to) != from.Silo;
        world.Scheduler.Add(new(Life.Endless, label, Arrive, HitBy.Network, variant =>
        {
            // Within a silo nothing is lost but with the silo.
            if (!IsRemote()) return null;
            if (variant % 2 == 0)
            {
                call.Lose();
                return "the request is dropped";
            }

            Arrive();
            world.Scheduler.Add(new(Life.Endless, label + " (again)", Arrive));
            return "the request is doubled";
        }));
        return call.Task;
    }
}
