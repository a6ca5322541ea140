using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Diagnosis;

/// <summary>
/// Reads the whole store of a workspace in short pages, beside the live grid, and says where identities look wrong. What is written meanwhile may or may not be
/// seen. Memory is bounded whatever the store holds: some 50 MiB, and more only for what is suspicious.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="grid">The grid, which knows who survived.</param>
/// <param name="clock">The time that the budget counts.</param>
public sealed class IdentityDoctor(IJournalMaintenance store, IGrid grid, TimeProvider clock)
{
    // Several survivors may be one by now.
    private const int LooksPerFinding = 5;

    /// <summary>Looks.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="rules">Its rules: limits and classes.</param>
    /// <param name="options">What to look for.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What was found; in part when the budget ran out.</returns>
    /// <exception cref="JournalUnavailableException">The store cannot be read.</exception>
    /// <exception cref="GridUnavailableException">The grid cannot be read.</exception>
    public async Task<DoctorReport> RunAsync(string workspace, IdentityRules rules, DoctorOptions options, CancellationToken cancellationToken = default)
    {
        using var budget = new CancellationTokenSource(options.Budget, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, budget.Token);
        var incomplete = new List<string>();
        var owners = new OwnerSurvey(store, workspace, rules, options.AtLeast);
        if (!await WithinAsync(owners.RunAsync, both.Token, cancellationToken) || !owners.IsComplete) incomplete.Add("identifiers");
        var decisions = new DecisionSurvey(store, workspace, options.AtLeast);
        if (!await WithinAsync(decisions.RunAsync, both.Token, cancellationToken) || !decisions.IsComplete) incomplete.Add("decisions");
        return new(
            incomplete,
            owners.RowsRead,
            decisions.RowsRead,
            Worst(owners.NearLimits, options, n => (double)n.Identifiers / n.Limit),
            Worst(decisions.JoiningValues, options, v => v.Profiles),
            new(decisions.Survivors.Count, await SurvivorsAsync(workspace, decisions.Survivors, options, cancellationToken)),
            Worst(owners.ManyPersons, options, p => p.Identifiers));
    }

    private static async Task<bool> WithinAsync(Func<CancellationToken, Task> work, CancellationToken budget, CancellationToken caller)
    {
        try
        {
            await work(budget);
            return true;
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return false;
        }
    }

    private static Findings<T> Worst<T>(List<T> all, DoctorOptions options, Func<T, double> badness) =>
        new(all.Count, [.. all.OrderByDescending(badness).Take(options.Limit)]);

    /// <summary>Who holds by now what was absorbed: survivors may have been absorbed in turn, and merges taken back.</summary>
    private async Task<IReadOnlyList<ManyMerges>> SurvivorsAsync(
        string workspace, List<(CustomerId Profile, int Absorbed)> found, DoctorOptions options, CancellationToken cancellationToken)
    {
        var live = new Dictionary<CustomerId, int>();
        foreach (var (profile, _) in found.OrderByDescending(f => f.Absorbed).Take(options.Limit * LooksPerFinding))
        {
            if (await grid.GetAsync(workspace, new(profile, null), cancellationToken) is { } view && view.Streams.Count > options.AtLeast)
                live[view.Id] = view.Streams.Count - 1;
        }

        return [.. live.OrderByDescending(l => l.Value).Take(options.Limit).Select(l => new ManyMerges(l.Key, l.Value))];
    }
}
