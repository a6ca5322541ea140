using Cdp.Simulation.Checking;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Running;

/// <summary>Runs plans. A run is a function of its plan.</summary>
internal static class Runner
{
    /// <summary>After the faults have stopped, everything has to be done in so many steps…</summary>
    private const int MaxCalmSteps = 20_000;

    /// <summary>… and in this time.</summary>
    private static readonly TimeSpan MaxCalmTime = TimeSpan.FromMinutes(5);

    /// <summary>Who is looked at in the first is due again in the second.</summary>
    private static readonly TimeSpan[] Sweeps = [TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(2)];

    /// <summary>Runs a plan until nothing is left to do or an invariant does not hold.</summary>
    public static RunResult Run(Plan plan, Story? story = null) => Run(plan, new RunOptions(story), out _);

    /// <summary>Runs a plan and hands out what became durable.</summary>
    public static RunResult Run(Plan plan, RunOptions options, out Ledger durable)
    {
        var before = SynchronizationContext.Current;
        var context = new SimContext();
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            var world = new World(plan, options);
            world.Start();
            var steps = 0;
            while (steps < plan.Decisions.Count && world.GoesOn)
            {
                world.Step(plan.Decisions[steps++]);
                context.RunPosted();
            }

            durable = world.Checks.Ledger;
            var calmSteps = world.GoesOn ? Settle(world, context) : 0;
            foreach (var later in plan.Knobs.HasAudiences || plan.Knobs.HasFences ? Sweeps : [])
            {
                if (!world.GoesToItsEnd) break;
                world.Sweep(later);
                calmSteps += Settle(world, context);
            }

            if (world.GoesToItsEnd) world.Checks.AtEnd();
            return new(world.Violation, steps, calmSteps, world.Checks.Commits, world.Checks.Merges, world.Checks.Splits, world.Checks.Ledger.Entries, world.Checks.Ledger.Visited.Count, world.FaultsHit);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private static int Settle(World world, SimContext context)
    {
        world.Calm();
        var since = world.Scheduler.Clock.Elapsed;
        var steps = 0;
        while (world.GoesOn)
        {
            if (++steps > MaxCalmSteps || world.Scheduler.Clock.Elapsed - since > MaxCalmTime)
            {
                world.Fail(Invariants.Liveness, $"Not everything was done {steps} steps and {world.Scheduler.Clock.Elapsed - since} after the last fault.");
                break;
            }

            world.Step(default);
            context.RunPosted();
        }

        return steps;
    }
}
