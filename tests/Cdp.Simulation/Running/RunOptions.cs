using Cdp.Core.Journal;

namespace Cdp.Simulation.Running;

/// <summary>How a run is watched, and what it stands on. None of it changes what happens.</summary>
/// <param name="Story">Gets a line per step; null for speed.</param>
/// <param name="Store">A real store instead of the one in memory.</param>
/// <param name="StopAfterCommits">Stops after so many units became durable; null to go on to the end.</param>
/// <param name="Durable">Told how many units are durable, after each.</param>
internal sealed record RunOptions(Story? Story = null, IJournal? Store = null, int? StopAfterCommits = null, Action<int>? Durable = null);
