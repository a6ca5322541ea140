using Cdp.Core.Audiences.State;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Audiences.Windows;

namespace Cdp.Core.Audiences.Computed;

/// <summary><c>days_since</c>: whole periods of 24 hours since the latest event; none before the first.</summary>
internal sealed class DaysSinceTrait(Times times) : ComputedTrait
{
    internal override IEnumerable<Accumulator> Accumulators => [times];

    internal override ComputedValue Evaluate(IReadOnlyList<WindowState> parts, long nowMs)
    {
        if (times.Newest(parts, 1) is not { } last) return ComputedValue.None();
        var days = (nowMs - last) / Durations.Day;
        return ComputedValue.Of(days, last + ((days + 1) * Durations.Day));
    }

    internal override Verdict Test(ValueTest test, string? field, IReadOnlyList<WindowState> parts, long nowMs)
    {
        var verdict = base.Test(test, field, parts, nowMs);
        if ((test is OppositeTest opposite ? opposite.Inner : test) is not NumberTest number || times.Newest(parts, 1) is not { } last) return verdict;

        // A comparison changes only where the days reach the operand or pass it: not every day has to be looked at.
        var operand = (long)Math.Floor(Math.Clamp(number.Operand, -2, 10_000_000));
        var reached = last + (operand * Durations.Day);
        var passed = reached + Durations.Day;
        return verdict with { UntilMs = reached > nowMs ? reached : passed > nowMs ? passed : Verdict.Never };
    }
}
