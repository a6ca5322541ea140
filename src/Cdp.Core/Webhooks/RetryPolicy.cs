using Cdp.Core.Journal.Index;

namespace Cdp.Core.Webhooks;

/// <summary>
/// When a message is tried again: exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015) above a
/// floor. The ceiling grows from 10 s before the second attempt to 6 h before the last, by the same factor each time.
/// </summary>
public static class RetryPolicy
{
    /// <summary>The shortest wait.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait, also of those that a receiver asks for.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromHours(6);

    private static readonly TimeSpan FirstCeiling = TimeSpan.FromSeconds(10);

    /// <summary>Judges an attempt.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="claimed">The message.</param>
    /// <param name="answer">What came of it.</param>
    /// <param name="atMs">Unix milliseconds of its beginning.</param>
    /// <param name="nowMs">Unix milliseconds of its end.</param>
    /// <param name="jitter">From 0 to below 1.</param>
    /// <returns>What is to be written down.</returns>
    public static Delivery Judge(WebhookEndpoint endpoint, ClaimedMessage claimed, WebhookAnswer answer, long atMs, long nowMs, double jitter)
    {
        var attempt = claimed.Attempts + 1;
        var status = answer.Code is null ? DeliveryStatus.Delivered
            : answer.Code is WebhookCodes.Gone or WebhookCodes.BodyTooLarge || attempt >= endpoint.MaxAttempts ? DeliveryStatus.Dead
            : DeliveryStatus.Failed;
        long? retryAt = status != DeliveryStatus.Failed ? null : nowMs + (long)Wait(attempt, endpoint.MaxAttempts, answer.RetryAfter, jitter).TotalMilliseconds;
        return new(claimed.Message.Id, attempt, atMs, nowMs - atMs, status, answer.HttpStatus, answer.Code, retryAt);
    }

    /// <summary>How long to wait after a failed attempt.</summary>
    /// <param name="attempt">Its number, from 1.</param>
    /// <param name="maxAttempts">All attempts.</param>
    /// <param name="retryAfter">What the receiver asked for; null for nothing.</param>
    /// <param name="jitter">From 0 to below 1.</param>
    /// <returns>From <see cref="Floor"/> to <see cref="Cap"/>.</returns>
    public static TimeSpan Wait(int attempt, int maxAttempts, TimeSpan? retryAfter, double jitter)
    {
        if (retryAfter is { } asked) return TimeSpan.FromTicks(Math.Clamp(asked.Ticks, Floor.Ticks, Cap.Ticks));
        var ceiling = maxAttempts <= 2 ? FirstCeiling : FirstCeiling * Math.Pow(Cap / FirstCeiling, (attempt - 1.0) / (maxAttempts - 2));
        return Floor + ((ceiling < Cap ? ceiling : Cap) - Floor) * jitter;
    }
}
