namespace Cdp.Simulation.Running;

/// <summary>An invariant that did not hold.</summary>
/// <param name="Invariant">Its name: two failures with one name are taken for the same bug.</param>
/// <param name="Text">What was found.</param>
/// <param name="Step">The step after which it was found, from 1.</param>
internal sealed record Violation(string Invariant, string Text, int Step);
