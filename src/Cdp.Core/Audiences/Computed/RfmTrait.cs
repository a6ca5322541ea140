using System.Globalization;
using Cdp.Core.Audiences.State;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Audiences.Windows;

namespace Cdp.Core.Audiences.Computed;

/// <summary>
/// <c>rfm</c>: recency, frequency and monetary value, each 1 to 5 by four bounds given in the definition (5 is the best), and their score 111 to 555. None
/// without an event in the window.
/// </summary>
internal sealed class RfmTrait(Times times, Tallies orders, Tallies amounts, decimal[] recencyDays, decimal[] frequency, decimal[] monetary) : ComputedTrait
{
    private static readonly string[] Names = ["recency", "frequency", "monetary"];

    internal override IEnumerable<Accumulator> Accumulators => [times, orders, amounts];

    internal override IReadOnlyList<string> Fields => Names;

    internal override ComputedValue Evaluate(IReadOnlyList<WindowState> parts, long nowMs)
    {
        if (Score(parts, nowMs, out var until) is not { } s) return ComputedValue.None(until);
        var score = (s.Recency * 100) + (s.Frequency * 10) + s.Monetary;
        var json = string.Create(
            CultureInfo.InvariantCulture, $$"""{"recency":{{s.Recency}},"frequency":{{s.Frequency}},"monetary":{{s.Monetary}},"score":{{score}}}""");
        return new(json, score, until);
    }

    internal override Verdict Test(ValueTest test, string? field, IReadOnlyList<WindowState> parts, long nowMs)
    {
        if (field is null || Score(parts, nowMs, out var until) is not { } s) return base.Test(test, null, parts, nowMs);
        return new(test.MatchesNumber(field == Names[0] ? s.Recency : field == Names[1] ? s.Frequency : s.Monetary), until);
    }

    private (int Recency, int Frequency, int Monetary)? Score(IReadOnlyList<WindowState> parts, long nowMs, out long untilMs)
    {
        var count = orders.Sum(parts, nowMs, out untilMs).Count;
        if (count == 0 || times.Newest(parts, 1) is not { } last) return null;
        var spent = amounts.Sum(parts, nowMs, out var amountsUntil).Sum;
        var days = (nowMs - last) / Durations.Day;
        var next = Array.Find(recencyDays, bound => days < bound);
        untilMs = Math.Min(Math.Min(untilMs, amountsUntil), next == 0 ? Verdict.Never : last + ((long)next * Durations.Day));
        return (1 + recencyDays.Count(bound => days < bound), 1 + frequency.Count(bound => count >= bound), 1 + monetary.Count(bound => spent >= bound));
    }
}
