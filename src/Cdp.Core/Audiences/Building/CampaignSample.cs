using Cdp.Core.Audiences.Attribution;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Audiences.Building;

/// <summary>What campaigns have brought, over the customers of a workspace.</summary>
/// <param name="Customers">The live customers of the workspace.</param>
/// <param name="Sampled">How many were looked at: all of them, or a uniform sample.</param>
/// <param name="Totals">What those were brought by, the most valuable first.</param>
public sealed record CampaignSample(long Customers, int Sampled, IReadOnlyList<CampaignTotal> Totals)
{
    private const int Chunk = 256;

    /// <summary>Whether everybody was looked at.</summary>
    public bool IsExact => Sampled >= Customers;

    /// <summary>By how much a total of the sample has to be multiplied to estimate that of all.</summary>
    public decimal Factor => Sampled == 0 || IsExact ? 1 : (decimal)Customers / Sampled;

    /// <summary>Adds up the credits of a sample. Nothing is written and nobody is woken.</summary>
    /// <param name="store">The store.</param>
    /// <param name="index">Its index.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="conversion">The name of the events that are conversions.</param>
    /// <param name="value">The property that holds their value.</param>
    /// <param name="model">How credit is shared.</param>
    /// <param name="lookback">As in <see cref="Attributor.Credit"/>.</param>
    /// <param name="limits">How far it goes.</param>
    /// <param name="clock">The time.</param>
    /// <param name="fromKey">Where the sample begins: any random key, see <see cref="SampleKeys"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The totals.</returns>
    /// <exception cref="JournalUnavailableException">The store cannot be read.</exception>
    public static async Task<CampaignSample> RunAsync(
        IJournal store,
        IGridIndex index,
        string workspace,
        string conversion,
        string value,
        AttributionModel model,
        TimeSpan? lookback,
        PreviewLimits limits,
        TimeProvider clock,
        ulong fromKey,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(clock);
        var started = clock.GetTimestamp();
        var customers = await index.CountCustomersAsync(workspace, cancellationToken);
        var sample = await index.SampleAsync(workspace, fromKey, (int)Math.Clamp(customers, 1, limits.MaxSample), cancellationToken);
        var stored = new StoredCustomers(store, workspace);
        var sums = new Dictionary<(string?, string?, string?), (decimal Conversions, decimal Value)>();
        var looked = 0;
        foreach (var chunk in sample.Chunk(Chunk))
        {
            if (looked > 0 && clock.GetElapsedTime(started) > limits.Budget) break;
            await Parallel.ForEachAsync(chunk, cancellationToken, async (id, stop) =>
            {
                if (await stored.TouchesAsync(id, conversion, value, stop) is not { } timeline) return;
                Add(sums, Attributor.Totals(Attributor.Credit(timeline, model, lookback)));
            });
            looked += chunk.Length;
        }

        return new(looked == sample.Count && sample.Count < limits.MaxSample ? looked : Math.Max(customers, looked), looked,
            [.. sums.Select(s => new CampaignTotal(s.Key.Item1, s.Key.Item2, s.Key.Item3, s.Value.Conversions, s.Value.Value)).OrderByDescending(t => t.Value).ThenByDescending(t => t.Conversions)]);
    }

    private static void Add(Dictionary<(string?, string?, string?), (decimal Conversions, decimal Value)> sums, IReadOnlyList<CampaignTotal> totals)
    {
        lock (sums)
        {
            foreach (var total in totals)
            {
                var key = (total.Source, total.Medium, total.Campaign);
                var sum = sums.GetValueOrDefault(key);
                sums[key] = (sum.Conversions + total.Conversions, sum.Value + total.Value);
            }
        }
    }
}
