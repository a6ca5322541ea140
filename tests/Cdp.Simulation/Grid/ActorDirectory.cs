using Cdp.Core.Identity;

namespace Cdp.Simulation.Grid;

/// <summary>
/// Where each actor is, as far as everybody agrees. A silo that is split off believes that it is alone, the others that it is dead: so one actor has
/// an activation on both sides. A wrong route does the same to one actor.
/// </summary>
internal sealed class ActorDirectory(IReadOnlyList<Silo> silos)
{
    private readonly Dictionary<ActorKey, Silo> _homes = [];
    private readonly List<ActorKey> _known = [];
    private readonly List<CustomerId> _customers = [];

    /// <summary>Every actor that was ever asked for, in that order.</summary>
    public IReadOnlyList<ActorKey> Known => _known;

    /// <summary>Every customer that was ever asked for, in that order.</summary>
    public IReadOnlyList<CustomerId> Customers => _customers;

    public Silo Locate(Silo? from, ActorKey key)
    {
        if (from is not null)
        {
            if (from.IsSplit) return from;
            if (from.Routes.TryGetValue(key, out var route)) return route;
        }

        if (_homes.TryGetValue(key, out var home) && !home.IsSplit) return home;
        if (home is null)
        {
            _known.Add(key);
            if (key.Customer is { } customer) _customers.Add(customer);
        }

        // The order in which actors are first asked for stands in for a hash, whose value would differ between processes.
        var place = _known.Count * 7;
        for (var i = 0; i < silos.Count; i++)
        {
            home = silos[(place + i) % silos.Count];
            if (!home.IsSplit) break;
        }

        return _homes[key] = home!;
    }

    /// <summary>Everybody sees everybody again: of several activations of an actor one goes on, the others get no more calls.</summary>
    public void Heal(Silo silo)
    {
        silo.IsSplit = false;
        silo.ForgetStrangers(key => _homes.TryGetValue(key, out var home) && home == silo);
    }

    public void HealAll()
    {
        foreach (var silo in silos)
        {
            silo.Routes.Clear();
            silo.IsSplit = false;
        }

        foreach (var silo in silos) silo.ForgetStrangers(key => _homes.TryGetValue(key, out var home) && home == silo);
    }
}
