using Cdp.Core.Audiences.Values;
using Cdp.Core.Events;

namespace Cdp.Core.Audiences.Attribution;

/// <summary>A marketing touch at a moment.</summary>
/// <param name="AtMs">Unix milliseconds, event time capped at the arrival.</param>
/// <param name="MessageId">The event.</param>
/// <param name="Touch">UTM parameters, click id, referrer.</param>
public sealed record TouchPoint(long AtMs, string MessageId, Touch Touch);

/// <summary>Something that was worth it.</summary>
/// <param name="AtMs">Unix milliseconds, event time capped at the arrival.</param>
/// <param name="MessageId">The event.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Value">Its value; 0 when it carries none. Below zero for what was given back.</param>
public sealed record Conversion(long AtMs, string MessageId, string Event, decimal Value);

/// <summary>The touches and conversions of a profile, each in the order of time.</summary>
/// <param name="Touches">The touches.</param>
/// <param name="Conversions">The conversions.</param>
public sealed record AttributionTimeline(IReadOnlyList<TouchPoint> Touches, IReadOnlyList<Conversion> Conversions)
{
    /// <summary>Touches alike within this time are one: a campaign stays in the address bar while a visitor looks around.</summary>
    public static readonly TimeSpan SameVisit = TimeSpan.FromMinutes(30);

    /// <summary>Reads the timeline out of the events of all parts of a profile. Their order makes no difference; repeats of a message id count once.</summary>
    /// <param name="events">The events.</param>
    /// <param name="conversionEvent">The name of the events that are conversions.</param>
    /// <param name="valueProperty">The path of their value in the properties; null when they have none.</param>
    /// <returns>The timeline.</returns>
    public static AttributionTimeline Of(IEnumerable<CustomerEvent> events, string conversionEvent, string? valueProperty)
    {
        var path = valueProperty is null ? null : JsonPath.Of(valueProperty);
        List<TouchPoint> touches = [];
        List<Conversion> conversions = [];
        var last = new Dictionary<Touch, long>();
        foreach (var e in events.DistinctBy(e => e.MessageHash).OrderBy(e => e.OrderMs).ThenBy(e => e.MessageId, StringComparer.Ordinal))
        {
            if (e.Evidence?.Touch is { } touch)
            {
                // The page itself differs from view to view.
                var alike = touch with { Url = null };
                if (!last.TryGetValue(alike, out var before) || e.OrderMs - before > (long)SameVisit.TotalMilliseconds) touches.Add(new(e.OrderMs, e.MessageId, touch));
                last[alike] = e.OrderMs;
            }

            if (e.Name != conversionEvent) continue;
            var value = 0m;
            if (path is not null && !JsonNumber.TryReadAmount(e.Properties.Span, path.FindIn(e.Properties.Span), out value)) value = 0;
            conversions.Add(new(e.OrderMs, e.MessageId, conversionEvent, value));
        }

        return new(touches, conversions);
    }
}
