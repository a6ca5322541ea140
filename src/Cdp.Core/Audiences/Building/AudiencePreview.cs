using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Audiences.Building;

/// <summary>How far a preview goes.</summary>
/// <param name="MaxSample">At most so many customers are judged; a workspace with no more is judged whole.</param>
/// <param name="Budget">No more are begun after this time.</param>
/// <param name="Examples">So many members are named.</param>
public sealed record PreviewLimits(int MaxSample, TimeSpan Budget, int Examples)
{
    /// <summary>20,000 customers, 700 ms, 10 members.</summary>
    public static PreviewLimits Default { get; } = new(20_000, TimeSpan.FromMilliseconds(700), 10);
}

/// <summary>The outcome of a preview.</summary>
/// <param name="Estimate">How many there are.</param>
/// <param name="Examples">Some members, in no order.</param>
public sealed record PreviewedAudience(AudienceEstimate Estimate, IReadOnlyList<CustomerId> Examples);

/// <summary>Estimates an audience that is not in force, by judging a uniform sample of the stored customers.</summary>
public static class AudiencePreview
{
    private const int Chunk = 256;

    /// <summary>Judges a sample. Nothing is written and nobody is woken.</summary>
    /// <param name="journal">The store.</param>
    /// <param name="index">Its index.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="plan">A plan with the audience: best of it alone.</param>
    /// <param name="audience">The audience's place in the plan.</param>
    /// <param name="limits">How far it goes.</param>
    /// <param name="clock">The time.</param>
    /// <param name="fromKey">Where the sample begins: any random key, see <see cref="SampleKeys"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The estimate.</returns>
    /// <exception cref="JournalUnavailableException">The store cannot be read.</exception>
    public static async Task<PreviewedAudience> RunAsync(
        IJournal journal,
        IGridIndex index,
        string workspace,
        AudiencePlan plan,
        int audience,
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
        var judge = new CustomerJudge(new StoredCustomers(journal, workspace), plan);
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var members = new List<CustomerId>();
        var judged = 0;
        foreach (var chunk in sample.Chunk(Chunk))
        {
            // A first part of a uniform sample, in the order of its random keys, is one as well.
            if (judged > 0 && clock.GetElapsedTime(started) > limits.Budget) break;
            await Parallel.ForEachAsync(chunk, cancellationToken, async (id, stop) =>
            {
                if (!await judge.BelongsAsync(id, audience, nowMs, stop)) return;
                lock (members) members.Add(id);
            });
            judged += chunk.Length;
        }

        // Somebody may have come or gone since they were counted.
        return new(new(judged == sample.Count && sample.Count < limits.MaxSample ? judged : Math.Max(customers, judged), judged, members.Count), [.. members.Take(limits.Examples)]);
    }
}
