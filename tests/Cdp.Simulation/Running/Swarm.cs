using System.Collections.Concurrent;
using System.Globalization;
using Cdp.Simulation.Plans;

namespace Cdp.Simulation.Running;

/// <summary>Many seeds, on all processors.</summary>
internal sealed class Swarm
{
    private readonly ConcurrentQueue<(int Seed, Violation Violation)> _failures = new();
    private long _seeds;
    private long _steps;
    private long _calmSteps;
    private long _commits;
    private long _merges;
    private long _splits;
    private long _entries;
    private long _transitions;
    private long _faults;
    private int _threads;

    /// <summary>Those that failed, in order of their seed.</summary>
    public IReadOnlyList<(int Seed, Violation Violation)> Failures => [.. _failures.OrderBy(f => f.Seed)];

    public static Swarm Run(int from, int count, int threads, Func<Knobs, Knobs>? adjust = null)
    {
        var swarm = new Swarm { _threads = threads };
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => swarm.Add(from + i, Runner.Run(Plan.Of(from + i, adjust))));
        return swarm;
    }

    public string Summary(TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {_seeds} seeds in {elapsed.TotalSeconds:F1} s on {_threads} threads: {_seeds / elapsed.TotalSeconds / _threads:F0} schedules per second and core
        {_steps} steps with faults, {_calmSteps} until calm; {_faults} faults hit, {_commits} units durable, {_merges} merges, {_splits} splits, {_entries} entries and exits, {_transitions} transitions at fences; {_failures.Count} seeds failed
        """);

    private void Add(int seed, RunResult result)
    {
        Interlocked.Increment(ref _seeds);
        Interlocked.Add(ref _steps, result.Steps);
        Interlocked.Add(ref _calmSteps, result.CalmSteps);
        Interlocked.Add(ref _commits, result.Commits);
        Interlocked.Add(ref _merges, result.Merges);
        Interlocked.Add(ref _splits, result.Splits);
        Interlocked.Add(ref _entries, result.Entries);
        Interlocked.Add(ref _transitions, result.Transitions);
        Interlocked.Add(ref _faults, result.FaultsHit);
        if (result.Violation is { } violation) _failures.Enqueue((seed, violation));
    }
}
