namespace Cdp.Core.Audiences.Computed;

/// <summary>What a computed trait says at a moment.</summary>
/// <param name="Json">The value as JSON; null when there is none.</param>
/// <param name="Number">The value, when it is a number.</param>
/// <param name="UntilMs">Unix milliseconds of the first moment at which it can change by time alone; <see cref="Verdict.Never"/> when it cannot.</param>
/// <param name="IsEstimate">True when it rests on a sample of the values, because there were more than are kept.</param>
public readonly record struct ComputedValue(string? Json, decimal? Number, long UntilMs, bool IsEstimate = false)
{
    internal static ComputedValue Of(decimal number, long untilMs, bool isEstimate = false) =>
        new(Values.JsonNumber.Write(number), number, untilMs, isEstimate);

    internal static ComputedValue None(long untilMs = Verdict.Never) => new(null, null, untilMs);
}
