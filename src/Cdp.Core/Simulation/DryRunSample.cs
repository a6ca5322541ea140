using Cdp.Core.Activation;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Simulation;

/// <summary>What triggers would have done on many customers.</summary>
/// <param name="Customers">The live customers of the workspace.</param>
/// <param name="Played">How many were played: all of them, or a uniform sample.</param>
/// <param name="Skipped">How many were not, for more than <see cref="TriggerDryRun.MaxEvents"/> events.</param>
/// <param name="Codes">How many decisions there were of each of <see cref="DecisionCodes"/>, by code.</param>
/// <param name="Decisions">The newest of them, newest first.</param>
public sealed record DryRunSample(
    long Customers, int Played, int Skipped, IReadOnlyDictionary<string, int> Codes, IReadOnlyList<(CustomerId Customer, TriggerDecision Decision)> Decisions)
{
    private const int Chunk = 64;

    /// <summary>Whether everybody was played.</summary>
    public bool IsExact => Played >= Customers;

    /// <summary>Plays a sample.</summary>
    /// <param name="run">The triggers.</param>
    /// <param name="index">The store's index.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="limits">How far it goes; <see cref="PreviewLimits.Examples"/> decisions are given whole.</param>
    /// <param name="clock">The time, up to which is played.</param>
    /// <param name="fromKey">Where the sample begins: any random key, see <see cref="SampleKeys"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What they did.</returns>
    /// <exception cref="JournalUnavailableException">The store cannot be read.</exception>
    public static async Task<DryRunSample> RunAsync(
        TriggerDryRun run, IGridIndex index, string workspace, PreviewLimits limits, TimeProvider clock, ulong fromKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(clock);
        var started = clock.GetTimestamp();
        var untilMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var customers = await index.CountCustomersAsync(workspace, cancellationToken);
        var sample = await index.SampleAsync(workspace, fromKey, (int)Math.Clamp(customers, 1, limits.MaxSample), cancellationToken);
        var tally = new Tally(limits.Examples);
        var looked = 0;
        foreach (var chunk in sample.Chunk(Chunk))
        {
            // A first part of a uniform sample, in the order of its random keys, is one as well.
            if (looked > 0 && clock.GetElapsedTime(started) > limits.Budget) break;
            await Parallel.ForEachAsync(chunk, cancellationToken, async (id, stop) => tally.Add(id, await run.RunAsync(id, untilMs, stop)));
            looked += chunk.Length;
        }

        // Somebody may have come or gone since they were counted.
        var all = looked == sample.Count && sample.Count < limits.MaxSample ? looked : Math.Max(customers, looked);
        return new(all, looked - tally.Skipped, tally.Skipped, tally.Codes, tally.Newest);
    }

    /// <summary>What they did on one customer.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="decisions">What <see cref="TriggerDryRun.RunAsync"/> says.</param>
    /// <param name="examples">So many are given whole.</param>
    /// <returns>The same.</returns>
    public static DryRunSample Of(CustomerId customer, IReadOnlyList<TriggerDecision>? decisions, int examples)
    {
        var tally = new Tally(examples);
        tally.Add(customer, decisions);
        return new(1, 1 - tally.Skipped, tally.Skipped, tally.Codes, tally.Newest);
    }

    private sealed class Tally(int examples)
    {
        private readonly Lock _gate = new();
        private readonly PriorityQueue<(CustomerId, TriggerDecision), long> _newest = new();

        public SortedDictionary<string, int> Codes { get; } = new(StringComparer.Ordinal);

        public int Skipped { get; private set; }

        public IReadOnlyList<(CustomerId Customer, TriggerDecision Decision)> Newest =>
            [.. _newest.UnorderedItems.Select(i => i.Element).OrderByDescending(d => d.Item2.AtMs)];

        public void Add(CustomerId customer, IReadOnlyList<TriggerDecision>? decisions)
        {
            lock (_gate)
            {
                if (decisions is null) Skipped++;
                foreach (var decision in decisions ?? [])
                {
                    Codes[decision.Code] = Codes.GetValueOrDefault(decision.Code) + 1;
                    _newest.Enqueue((customer, decision), decision.AtMs);
                    if (_newest.Count > examples) _newest.Dequeue();
                }
            }
        }
    }
}
