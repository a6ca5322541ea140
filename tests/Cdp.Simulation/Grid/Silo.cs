using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Simulation.Checking;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;
using Cdp.Simulation.Store;

namespace Cdp.Simulation.Grid;

/// <summary>One process: actors in memory, and the engine that answers clients. When it dies it comes back empty.</summary>
internal sealed class Silo
{
    private readonly World _world;
    private readonly Dictionary<ActorKey, Activation> _activations = [];
    private readonly IdSource _ids;
    private int _lives;

    public Silo(World world, int number, int seed)
    {
        _world = world;
        Name = $"S{number}";
        _ids = new IdSource(world.Scheduler.Clock.For(Life.Endless), new Random(seed));
        (Life, Engine) = Start();
    }

    public string Name { get; }

    public Life Life { get; private set; }

    public GridEngine Engine { get; private set; }

    /// <summary>Whether it believes that it is alone, and the others that it is dead.</summary>
    public bool IsSplit { get; set; }

    /// <summary>Actors that it takes for being somewhere else than they are.</summary>
    public Dictionary<ActorKey, Silo> Routes { get; } = [];

    public IEnumerable<Activation> Activations => _activations.Values;

    public Activation Find(ActorKey key)
    {
        if (_activations.TryGetValue(key, out var activation)) return activation;
        activation = key.Customer is not null ? new CustomerActivation(_world, this, key) : new IdentifierActivation(_world, this, key);
        _activations.Add(key, activation);
        return activation;
    }

    public Activation? TryFind(ActorKey key) => _activations.GetValueOrDefault(key);

    /// <summary>Has an actor leave memory if it is idle, after offering its last snapshot.</summary>
    public bool LeaveMemory(ActorKey key)
    {
        if (TryFind(key) is not { IsIdle: true } activation) return false;
        if (activation is CustomerActivation customer) customer.Actor.OfferSnapshotWhenIdle();
        _activations.Remove(key);
        activation.Life.End();
        return true;
    }

    /// <summary>Loses an actor in the middle of whatever it does.</summary>
    public bool Lose(ActorKey key)
    {
        if (!_activations.Remove(key, out var activation)) return false;
        activation.Life.End();
        return true;
    }

    /// <summary>Gives up activations whose home is elsewhere: what they have begun goes on, but nobody calls them again.</summary>
    public void ForgetStrangers(Func<ActorKey, bool> isAtHome)
    {
        foreach (var key in _activations.Keys.Where(k => !isAtHome(k)).ToList()) _activations.Remove(key);
    }

    public void Kill()
    {
        var ended = Life;
        _activations.Clear();
        IsSplit = false;
        Routes.Clear();
        (Life, Engine) = Start();
        ended.End();
    }

    public ActorServices ServicesFor(Life life) =>
        new(new SimJournal(life, _world.Store), _ => _world.Plan.Knobs.Rules, _world.Scheduler.Clock.For(life), _ids, new Sink(_world, this, life))
        {
            SnapshotTailBytes = _world.Plan.Knobs.SnapshotTailBytes,
            Fences = _ => _world.Plan.Knobs.Fences,
            Audiences = _ => _world.Plan.Knobs.Audiences,
            Wake = (_, wake) => _world.Store.WakeAsync(life, wake),
            Fault = error => _world.Fail(Invariants.NoUnexpectedException, $"{error.GetType().Name}: {error.Message}\n{error.StackTrace}"),
        };

    private (Life Life, GridEngine Engine) Start()
    {
        var life = new Life($"{Name}#{++_lives}");
        return (life, new GridEngine(new SimActors(_world, new Endpoint(life, this)), ServicesFor(life), new GridOptions()));
    }

    /// <summary>Has a customer offer its snapshot in a turn of its own, and writes it behind.</summary>
    private sealed class Sink(World world, Silo silo, Life life) : ISnapshotSink
    {
        public bool Due(string workspace, CustomerId customer)
        {
            if (silo.TryFind(new(customer, null)) is not CustomerActivation activation) return false;
            world.Scheduler.Add(new(life, world.Says ? $"{life.Name}: its snapshot is due" : "", () => activation.InTurn(() =>
            {
                activation.Actor.OfferDueSnapshot();
                return Task.CompletedTask;
            })));
            return true;
        }

        public void Offer(string workspace, StoredSnapshot snapshot) => world.Store.Save(life, snapshot);
    }
}
