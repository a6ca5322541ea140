using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Shrinking;

namespace Cdp.Simulation.Running;

/// <summary><c>cdp simulate</c>: runs seeds, and tells the story of one that fails.</summary>
internal static class SimulateCommand
{
    private static readonly Option<int> Seeds = new("--seeds") { Description = "How many seeds to run.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> From = new("--from") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int?> Seed = new("--seed") { Description = "Runs this one seed; if it fails, shrinks it and tells its story." };
    private static readonly Option<PolicyKind?> Policy = new("--policy") { Description = "Only worlds of this policy." };
    private static readonly Option<FaultKinds?> Faults = new("--faults") { Description = "Exactly these kinds of faults, with commas between them." };
    private static readonly Option<int?> Rate = new("--rate") { Description = "Of a thousand steps, so many bring a fault." };
    private static readonly Option<bool> Splits = new("--splits") { Description = "Only worlds where people merge and split profiles all the time." };
    private static readonly Option<bool> Fences = new("--fences") { Description = "Only worlds where devices move in and out of fences, and triggers wait for them." };
    private static readonly Option<bool> Full = new("--story") { Description = "With --seed: tells the whole story, shrunk or not." };

    public static int Run(string[] args)
    {
        var command = new RootCommand("Runs the protocol in a simulated world of faults, and checks its invariants after each step.") { Seeds, From, Seed, Full, Policy, Faults, Rate, Splits, Fences };
        command.SetAction(parsed =>
        {
            Knobs Adjust(Knobs drawn) => Weather(Moving(parsed.GetValue(Splits) ? drawn.WithManySplits() : drawn));
            Knobs Moving(Knobs knobs) => parsed.GetValue(Fences) ? knobs.WithManyVisits() : knobs;
            Knobs Weather(Knobs knobs) => knobs with
            {
                Policy = parsed.GetValue(Policy) ?? knobs.Policy,
                Erases = knobs.Erases && parsed.GetValue(Policy) != PolicyKind.Plain,
                Splits = knobs.Splits && parsed.GetValue(Policy) != PolicyKind.Plain,
                Faults = parsed.GetValue(Faults) ?? knobs.Faults,
                FaultsPerThousand = parsed.GetValue(Rate) ?? knobs.FaultsPerThousand,
            };
            return parsed.GetValue(Seed) is { } seed
                ? One(Plan.Of(seed, Adjust), parsed.GetValue(Full))
                : Many(parsed.GetValue(From), parsed.GetValue(Seeds), Adjust);
        });
        return command.Parse(args).Invoke();
    }

    private static int One(Plan plan, bool full)
    {
        var story = new Story();
        var result = Runner.Run(plan, story);
        if (full) Console.Write(story.Text);
        Console.WriteLine($"seed {plan.Seed}: {(result.Violation is { } v ? $"violates {v.Invariant} after step {v.Step}" : "all invariants hold")}; digest {story.Digest}");
        if (result.Violation is null) return 0;
        Console.WriteLine(Shrinker.Tell(plan));
        return 1;
    }

    private static int Many(int from, int count, Func<Knobs, Knobs> adjust)
    {
        var watch = Stopwatch.StartNew();
        var swarm = Swarm.Run(from, count, Environment.ProcessorCount, adjust);
        Console.WriteLine(swarm.Summary(watch.Elapsed));
        foreach (var (seed, violation) in swarm.Failures.Take(10))
            Console.WriteLine($"seed {seed.ToString(CultureInfo.InvariantCulture)} violates {violation.Invariant} after step {violation.Step}: {violation.Text.Split('\n')[0]}");
        if (swarm.Failures.Count == 0) return 0;
        Console.WriteLine(Shrinker.Tell(Plan.Of(swarm.Failures[0].Seed, adjust)));
        return 1;
    }
}
