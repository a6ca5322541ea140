using System.Net;
using System.Net.Http.Headers;

namespace Cdp.Cli.Import.Sending;

/// <summary>When to try again, and how long to wait before.</summary>
internal sealed class RetryPolicy(TimeProvider time, Random jitter)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>Statuses that say "not now" rather than "not this".</summary>
    public static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || ((int)status >= 500 && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported));

    /// <summary>What the server asks for, else twice as long each time, up to 30 s. Half of it is random, so that lanes do not come back together.</summary>
    /// <param name="attempt">From 0.</param>
    /// <param name="retryAfter">The header, if there is one.</param>
    public TimeSpan Delay(int attempt, RetryConditionHeaderValue? retryAfter)
    {
        double spread;
        lock (jitter) spread = jitter.NextDouble();
        var asked = retryAfter?.Delta ?? (retryAfter?.Date is { } date ? date - time.GetUtcNow() : null);
        if (asked is { } wait) return (wait < TimeSpan.Zero ? TimeSpan.Zero : wait) + (s_first * spread);
        var backoff = TimeSpan.FromTicks(Math.Min(s_longest.Ticks, s_first.Ticks << Math.Min(attempt, 20)));
        return backoff * (0.5 + (spread / 2));
    }
}
