using Cdp.Core.Audiences.State;

namespace Cdp.Core.Audiences.Computed;

/// <summary>What is read out of a list of values.</summary>
internal enum ValueListKind
{
    MostFrequent,
    UniqueList,
    UniqueCount,
}

/// <summary>
/// <c>most_frequent</c> (of equally frequent ones the ordinally first), <c>unique_list</c> (in ordinal order of the JSON) and <c>unique_count</c>: exact up to
/// 128 values per part and bucket, beyond that read out of a sample.
/// </summary>
internal sealed class ValueListTrait(ValueListKind kind, ValueLists lists, int limit) : ComputedTrait
{
    internal override IEnumerable<Accumulator> Accumulators => [lists];

    internal override ComputedValue Evaluate(IReadOnlyList<WindowState> parts, long nowMs)
    {
        var union = lists.Union(parts, nowMs, out var until) ?? new ValueCounts();
        switch (kind)
        {
            case ValueListKind.UniqueCount:
                return ComputedValue.Of(union.Distinct, until, union.IsSample);
            case ValueListKind.UniqueList:
                var values = union.Entries.Select(e => e.Value).Order(StringComparer.Ordinal).Take(limit);
                return new($"[{string.Join(',', values)}]", null, until, union.IsSample);
            default:
                if (union.Entries.Count == 0) return ComputedValue.None(until);
                var best = union.Entries.OrderByDescending(e => e.Count).ThenBy(e => e.Value, StringComparer.Ordinal).First();
                return new(best.Value, null, until, union.IsSample);
        }
    }
}
