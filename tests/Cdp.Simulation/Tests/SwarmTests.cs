using System.Globalization;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;
using Cdp.Simulation.Shrinking;

namespace Cdp.Simulation.Tests;

/// <summary>
/// The invariants over 2,000 seeds: 1 and the following ones, or those from <c>CDP_SEED</c> on. <c>./cdp simulate --seeds N</c> runs any number.
/// </summary>
public sealed class SwarmTests
{
    private const int Seeds = 2_000;

    private static int From => int.TryParse(Environment.GetEnvironmentVariable("CDP_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    [Fact]
    public void All_invariants_hold_in_every_world() => Check(Swarm.Run(From, Seeds, Environment.ProcessorCount), null);

    [Fact]
    public void Readers_see_what_was_acknowledged_however_many_messages_are_lost()
    {
        static Knobs Adjust(Knobs k) =>
            k with { Policy = PolicyKind.Plain, Erases = false, Splits = false, Silos = 3, Faults = FaultKinds.Messages | FaultKinds.StaleHints, FaultsPerThousand = 150 };
        Check(Swarm.Run(From, Seeds / 4, Environment.ProcessorCount, Adjust), Adjust);
    }

    [Fact]
    public void People_merge_and_split_as_they_like() => Check(Swarm.Run(From, Seeds / 4, Environment.ProcessorCount, k => k.WithManySplits()), k => k.WithManySplits());

    [Fact]
    public void Devices_move_in_and_out_of_fences() => Check(Swarm.Run(From, Seeds / 4, Environment.ProcessorCount, k => k.WithManyVisits()), k => k.WithManyVisits());

    private static void Check(Swarm swarm, Func<Knobs, Knobs>? adjust)
    {
        if (swarm.Failures.Count == 0) return;
        var (seed, violation) = swarm.Failures[0];
        Assert.Fail(
            $"{swarm.Failures.Count} seeds failed; seed {seed} violates {violation.Invariant}: {violation.Text}\n{Shrinker.Tell(Plan.Of(seed, adjust))}");
    }
}
