using Cdp.Core.Events;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Values;

/// <summary><c>before</c> and <c>after</c> a fixed moment. Times are ISO 8601 texts or Unix numbers, as in events; anything else fails.</summary>
internal sealed class TimeTest(bool before, long operandMs) : ValueTest
{
    public override bool Matches(ReadOnlySpan<byte> json, JsonSlice value) =>
        TimestampReader.TryRead(json, value, out var ms) && (before ? ms < operandMs : ms > operandMs);
}

/// <summary>Where a time lies as seen from now.</summary>
internal enum TimePlace
{
    /// <summary>At most so long ago.</summary>
    WithinLast,

    /// <summary>Still to come, in less than so long.</summary>
    WithinNext,

    /// <summary>At least so long ago.</summary>
    OlderThan,
}

/// <summary><c>within_last</c>, <c>within_next</c>, <c>older_than</c>: they change by time alone, at a moment that is known.</summary>
internal sealed class RelativeTimeTest(TimePlace place, long lengthMs) : ValueTest
{
    public override bool ReadsClock => true;

    public override bool Matches(ReadOnlySpan<byte> json, JsonSlice value) => throw new InvalidOperationException("This test depends on the time.");

    public override Verdict Judge(ReadOnlySpan<byte> json, JsonSlice value, long nowMs)
    {
        if (!TimestampReader.TryRead(json, value, out var ms)) return Verdict.Always(false);
        return place switch
        {
            TimePlace.WithinLast => Between(ms, ms + lengthMs, nowMs),
            TimePlace.WithinNext => Between(ms - lengthMs, ms, nowMs),
            _ => Between(ms + lengthMs, Verdict.Never, nowMs),
        };
    }

    private static Verdict Between(long fromMs, long toMs, long nowMs) =>
        nowMs < fromMs ? new(false, fromMs) : nowMs < toMs ? new(true, toMs) : Verdict.Always(false);
}
