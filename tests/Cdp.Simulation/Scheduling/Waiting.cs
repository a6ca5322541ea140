namespace Cdp.Simulation.Scheduling;

/// <summary>How a fault can hit something that waits.</summary>
internal enum HitBy
{
    /// <summary>Nothing: it happens or its life ends.</summary>
    Nothing,

    /// <summary>A message between silos: dropped or doubled.</summary>
    Network,

    /// <summary>An operation of the store: refused, or of unknown outcome.</summary>
    Store,
}

/// <summary>Something that will happen when the scheduler picks it.</summary>
/// <param name="Life">It never happens once this is over.</param>
/// <param name="Label">For the story; empty when none is told.</param>
/// <param name="Run">What happens.</param>
/// <param name="By">How a fault can hit it.</param>
/// <param name="Hit">What happens instead when a fault hits it; the number chooses among the faults. Says what happened, null when none applies.</param>
/// <param name="Asker">Who asked the store for it: after that life it may still happen, or not.</param>
internal sealed record Waiting(
    Life Life, string Label, Action Run, HitBy By = HitBy.Nothing, Func<int, string?>? Hit = null, Life? Asker = null);
