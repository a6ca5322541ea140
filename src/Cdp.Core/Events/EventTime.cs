using Cdp.Core.Identity;

namespace Cdp.Core.Events;

/// <summary>
/// When an event happened, corrected by the sender's clock skew as in the Segment spec: time = receivedAt - (sentAt - time said). It adds the same
/// receivedAt - sentAt to a historical time that the user gave, because the spec cannot tell the two apart.
/// </summary>
internal static class EventTime
{
    /// <summary>
    /// A difference below one second is the way through the network, not a wrong clock. Correcting by it would reorder events of two requests by their
    /// luck on the way, and would shift an exact time given by a back end by a few milliseconds. Segment corrects always.
    /// </summary>
    public const long MinSkewMs = 1_000;

    /// <summary>Works out the time.</summary>
    /// <param name="json">The event.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="context">Arrival and the batch's <c>sentAt</c>.</param>
    /// <param name="ms">The corrected time, Unix milliseconds.</param>
    /// <returns>The reason code against it, or null.</returns>
    public static string? Read(ReadOnlySpan<byte> json, in EventFields fields, ParseContext context, out long ms)
    {
        // Rudder always sends originalTimestamp, and timestamp beside it only when the user gave one: that is the time meant.
        var said = fields[EventField.Timestamp];
        if (!said.HasValue)
            said = fields[EventField.OriginalTimestamp];
        ms = context.ReceivedAtMs;
        if (!said.HasValue)
            return null;
        if (!TimestampReader.TryRead(json, said, out ms))
            return ReasonCodes.InvalidTimestamp;

        // A sentAt that cannot be a time says nothing of the clock: an event is not lost for it.
        var sentAt = TimestampReader.TryRead(json, fields[EventField.SentAt], out var own) && own >= EventLimits.MinTimeMs ? own : context.SentAtMs;
        var skew = sentAt >= EventLimits.MinTimeMs ? context.ReceivedAtMs - sentAt.Value : 0;
        if (Math.Abs(skew) >= MinSkewMs)
            ms += skew;
        if (ms < EventLimits.MinTimeMs)
            return ReasonCodes.TimestampTooOld;
        return ms > context.ReceivedAtMs + (long)EventLimits.MaxAhead.TotalMilliseconds ? ReasonCodes.TimestampInFuture : null;
    }
}
