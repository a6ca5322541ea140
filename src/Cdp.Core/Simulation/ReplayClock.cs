namespace Cdp.Core.Simulation;

/// <summary>A clock that stands where a replay has come to. Not thread-safe.</summary>
internal sealed class ReplayClock : TimeProvider
{
    /// <summary>Unix milliseconds now; it only goes on.</summary>
    public long NowMs { get; private set; }

    public override long TimestampFrequency => 1_000;

    public void GoTo(long nowMs) => NowMs = Math.Max(NowMs, nowMs);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public override long GetTimestamp() => NowMs;
}
