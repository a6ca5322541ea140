using Cdp.Simulation.Checking;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;
using Cdp.Simulation.Shrinking;

namespace Cdp.Simulation.Tests;

/// <summary>A simulator that finds nothing proves nothing: worlds whose store lies have to be found out, and their stories to come out short.</summary>
public sealed class TeethTests
{
    [Theory]
    [InlineData(Lie.AcknowledgesWithoutDoing, Invariants.MemoryIsFold)]
    [InlineData(Lie.IgnoresVersions, Invariants.Versions)]
    [InlineData(Lie.IgnoresEpochs, Invariants.OneOwner)]
    [InlineData(Lie.KeepsHalfOfAUnit, Invariants.MergeAtomic)]
    public void A_store_that_lies_is_found_out(object lie, string invariant)
    {
        Knobs Adjust(Knobs k) => k with { Lie = (Lie)lie, Silos = 3, Faults = FaultKinds.All, FaultsPerThousand = 60 };
        var swarm = Swarm.Run(1, 400, Environment.ProcessorCount, Adjust);
        Assert.Contains(swarm.Failures, f => f.Violation.Invariant == invariant);
    }

    [Fact]
    public void A_failure_is_shrunk_to_a_story_that_fails_in_the_same_way()
    {
        static Knobs Adjust(Knobs k) => k with { Lie = Lie.AcknowledgesWithoutDoing };
        var (seed, violation) = Swarm.Run(1, 50, Environment.ProcessorCount, Adjust).Failures[0];
        var plan = Plan.Of(seed, Adjust);
        var (small, found, _) = Shrinker.Shrink(plan, violation);
        Assert.Equal(violation.Invariant, found.Invariant);
        Assert.Equal(found, Runner.Run(small).Violation);
        Assert.True(small.Operations.Count <= 5 && small.Decisions.Count < plan.Decisions.Count / 4, $"{small.Operations.Count} operations, {small.Decisions.Count} decisions are left.");
    }
}
