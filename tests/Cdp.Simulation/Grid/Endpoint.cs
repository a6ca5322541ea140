using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Grid;

/// <summary>Who calls, and from where.</summary>
/// <param name="Life">The caller: it never hears an answer once this is over.</param>
/// <param name="Silo">Where it runs; null for a client outside.</param>
internal readonly record struct Endpoint(Life Life, Silo? Silo);
