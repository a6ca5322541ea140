using Cdp.Core.Audiences.State;
using Cdp.Core.Audiences.Values;

namespace Cdp.Core.Audiences.Computed;

/// <summary>What is read out of a tally.</summary>
internal enum TallyKind
{
    Count,
    Sum,
    Min,
    Max,
    Average,
}

/// <summary><c>count</c> and <c>sum</c> (0 without events), <c>min</c>, <c>max</c> and <c>average</c> (none without events; 6 digits).</summary>
internal sealed class TallyTrait(TallyKind kind, Tallies tallies) : ComputedTrait
{
    internal override IEnumerable<Accumulator> Accumulators => [tallies];

    internal override ComputedValue Evaluate(IReadOnlyList<WindowState> parts, long nowMs)
    {
        var tally = tallies.Sum(parts, nowMs, out var until);
        if (tally.Count == 0) return kind is TallyKind.Count or TallyKind.Sum ? ComputedValue.Of(0, until) : ComputedValue.None(until);
        return ComputedValue.Of(
            kind switch
            {
                TallyKind.Count => tally.Count,
                TallyKind.Sum => tally.Sum,
                TallyKind.Min => tally.Min,
                TallyKind.Max => tally.Max,
                _ => Math.Round(tally.Sum / tally.Count, JsonNumber.AmountDigits),
            },
            until);
    }
}
