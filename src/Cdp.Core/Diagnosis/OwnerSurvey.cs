using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Diagnosis;

/// <summary>
/// Counts identifiers per profile over the whole store, exactly, without an entry for every profile: a first pass over a type counts into
/// <see cref="HashCounters"/>, and a second one only those that may have reached the threshold.
/// </summary>
internal sealed class OwnerSurvey(IJournalMaintenance store, string workspace, IdentityRules rules, int manyPersons)
{
    private const int PageRows = 5_000;
    private const int MaxCandidates = 1_000_000;

    private readonly HashCounters _ofType = new();
    private readonly HashCounters _ofAll = new();

    public List<NearLimit> NearLimits { get; } = [];

    public List<ManyPersons> ManyPersons { get; } = [];

    public long RowsRead { get; private set; }

    /// <summary>False when there were more candidates than are counted at a time.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Looks at all of it. When it is cancelled, types that were done are in the lists.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Identifier? before = null;
        while (await TypeAsync(before, cancellationToken) is { } last) before = last;

        var limit = rules.MaxIdentifiersPerProfile;
        var threshold = Near(limit);
        if (!_ofAll.AnyMayReach(threshold)) return;
        foreach (var (owner, count) in await CountAsync(null, null, _ofAll, threshold, cancellationToken)) NearLimits.Add(new(owner, null, count, limit));
    }

    private static int Near(int limit) => Math.Max(2, (int)Math.Ceiling(limit * 0.8));

    /// <summary>Looks at the first type behind a place.</summary>
    /// <returns>The last identifier of the type; null when there is none.</returns>
    private async Task<Identifier?> TypeAsync(Identifier? before, CancellationToken cancellationToken)
    {
        _ofType.Clear();
        Identifier? last = null;
        await foreach (var row in RowsAsync(before, cancellationToken))
        {
            if (last is { } earlier && earlier.Type != row.Identifier.Type) break;
            last = row.Identifier;
            RowsRead++;
            var hash = row.Owner.GetHashCode();
            _ofType.Add(hash);
            _ofAll.Add(hash);
        }

        if (last is not { } end) return null;
        var type = rules.TypeOf(end.Type);
        var near = Near(type.MaxPerProfile);
        var lowest = type.Class == IdentifierClass.Person ? Math.Min(near, manyPersons) : near;
        if (!_ofType.AnyMayReach(lowest)) return end;
        foreach (var (owner, count) in await CountAsync(before, end.Type, _ofType, lowest, cancellationToken))
        {
            if (count >= near) NearLimits.Add(new(owner, end.Type, count, type.MaxPerProfile));
            if (count >= manyPersons && type.Class == IdentifierClass.Person) ManyPersons.Add(new(owner, end.Type, count));
        }

        return end;
    }

    private async Task<IEnumerable<KeyValuePair<CustomerId, int>>> CountAsync(
        Identifier? before, string? type, HashCounters filter, int threshold, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<CustomerId, int>();
        await foreach (var row in RowsAsync(before, cancellationToken))
        {
            if (type is not null && row.Identifier.Type != type) break;
            if (!filter.MayReach(row.Owner.GetHashCode(), threshold)) continue;
            if (counts.TryGetValue(row.Owner, out var count)) counts[row.Owner] = count + 1;
            else if (counts.Count < MaxCandidates) counts.Add(row.Owner, 1);
            else IsComplete = false;
        }

        return counts.Where(c => c.Value >= threshold);
    }

    private async IAsyncEnumerable<OwnerRow> RowsAsync(
        Identifier? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await store.WalkOwnersAsync(workspace, after, PageRows, cancellationToken);
            foreach (var row in page) yield return row;
            if (page.Count < PageRows) yield break;
            after = page[^1].Identifier;
        }
    }
}
