using Cdp.Core.Audiences.State;
using Cdp.Core.Audiences.Values;

namespace Cdp.Core.Audiences.Computed;

/// <summary>A term of a sum of money: the amounts of events, or a fixed amount for each event.</summary>
/// <param name="Tallies">The events.</param>
/// <param name="Fixed">The amount of each event; null when the events carry it.</param>
/// <param name="Factor">What it is multiplied by: minus one for costs, the margin for revenue of a lifetime value.</param>
internal sealed record MoneyTerm(Tallies Tallies, decimal? Fixed, decimal Factor);

/// <summary>
/// <c>revenue</c>, <c>profit</c> (revenue minus costs) and <c>lifetime_value</c> (margin times revenue minus costs, over all time): 0 without events, 6 digits.
/// The amounts are in one currency: nothing is converted.
/// </summary>
internal sealed class MoneyTrait(IReadOnlyList<MoneyTerm> terms) : ComputedTrait
{
    internal override IEnumerable<Accumulator> Accumulators => terms.Select(t => t.Tallies);

    internal override ComputedValue Evaluate(IReadOnlyList<WindowState> parts, long nowMs)
    {
        var (total, until) = (0m, Verdict.Never);
        foreach (var (tallies, each, factor) in terms)
        {
            var tally = tallies.Sum(parts, nowMs, out var termUntil);
            total += factor * (each is { } amount ? amount * tally.Count : tally.Sum);
            until = Math.Min(until, termUntil);
        }

        return ComputedValue.Of(Math.Round(total, JsonNumber.AmountDigits), until);
    }
}
