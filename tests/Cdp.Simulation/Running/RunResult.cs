namespace Cdp.Simulation.Running;

/// <summary>How a run ended.</summary>
/// <param name="Violation">The first invariant that did not hold; null when all did.</param>
/// <param name="Steps">Steps with faults.</param>
/// <param name="CalmSteps">Steps after the faults had stopped, until nothing was left to do.</param>
/// <param name="Commits">Units that became durable.</param>
/// <param name="Merges">Customers absorbed.</param>
/// <param name="Splits">Customers split.</param>
/// <param name="Entries">Entries into audiences and exits.</param>
/// <param name="Transitions">What fences told of devices.</param>
/// <param name="FaultsHit">Faults that hit something.</param>
internal sealed record RunResult(Violation? Violation, int Steps, int CalmSteps, int Commits, int Merges, int Splits, int Entries, int Transitions, int FaultsHit);
