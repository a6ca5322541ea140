using Cdp.Simulation.Grid;
using Cdp.Simulation.Plans;

namespace Cdp.Simulation.Running;

internal sealed partial class World
{
    // One jump ends holds, the other calls as well.
    private static readonly TimeSpan[] Jumps = [TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(12)];

    private void Strike(Decision decision)
    {
        var argument = decision.Argument;
        var silo = Silos[argument % Silos.Count];
        var what = decision.Fault switch
        {
            Fault.Outage => Outage(argument),
            Fault.LeaveMemory => OnActor(argument, (s, key) => s.LeaveMemory(key), "leaves memory"),
            Fault.LoseActor => OnActor(argument, (s, key) => s.Lose(key), "is lost"),
            Fault.KillSilo => Kill([silo], argument),
            Fault.RestartAll => Kill(Silos, argument),
            Fault.SplitOrHeal => SplitOrHeal(silo),
            Fault.WrongRoute => WrongRoute(silo, argument),
            Fault.StaleHint => StaleHint(argument),
            Fault.Jump => Jump(Jumps[argument % Jumps.Length]),
            _ => null,
        };
        if (what is null) return;
        FaultsHit++;
        if (Says) Tell($"FAULT: {what}");
    }

    private string? OnActor(int argument, Func<Silo, ActorKey, bool> act, string what)
    {
        // Those that are alive, silo after silo, in the order they came to life.
        var alive = Silos.SelectMany(s => s.Activations).ToList();
        if (alive.Count == 0) return null;
        var chosen = alive[argument % alive.Count];
        if (!act(chosen.Silo, chosen.Key)) return null;
        Scheduler.Purge(argument >> 4);
        return Says ? $"{chosen.Life.Name} {what}" : "";
    }

    private string Kill(IReadOnlyList<Silo> silos, int argument)
    {
        foreach (var silo in silos) silo.Kill();
        Scheduler.Purge(argument >> 4);
        return Says ? $"{string.Join(", ", silos.Select(s => s.Name))} killed and back, empty" : "";
    }

    private string? SplitOrHeal(Silo silo)
    {
        if (Silos.Count == 1) return null;
        if (silo.IsSplit)
        {
            Directory.Heal(silo);
            return Says ? $"{silo.Name} and the others see each other again" : "";
        }

        // Somebody has to be left.
        if (Silos.Count(s => !s.IsSplit) == 1) return null;
        silo.IsSplit = true;
        return Says ? $"{silo.Name} and the others take each other for dead" : "";
    }

    private string? WrongRoute(Silo silo, int argument)
    {
        if (Silos.Count == 1 || Directory.Known.Count == 0) return null;
        var key = Directory.Known[(argument >> 4) % Directory.Known.Count];
        var other = Silos[(argument >> 2) % Silos.Count];
        silo.Routes[key] = other;
        return Says ? $"{silo.Name} takes {NameOf(key)} for being on {other.Name}" : "";
    }

    private string? StaleHint(int argument)
    {
        if (Directory.Customers.Count == 0) return null;
        var identifiers = Silos.SelectMany(s => s.Activations).OfType<IdentifierActivation>().ToList();
        if (identifiers.Count == 0) return null;
        var identifier = identifiers[argument % identifiers.Count];
        var customer = Directory.Customers[(argument >> 4) % Directory.Customers.Count];
        identifier.Actor.Owner = customer;
        return Says ? $"{identifier.Life.Name} believes that {NameOf(customer)} owns it" : "";
    }

    private string Outage(int argument)
    {
        _outage = (3 + ((argument >> 3) % 10), argument);
        return Says ? $"the store will fail {_outage.Left} times" : "";
    }

    private string Jump(TimeSpan by)
    {
        Scheduler.Clock.Advance(by);
        return Says ? $"the clock jumps by {by.TotalSeconds:0.###} s" : "";
    }
}
