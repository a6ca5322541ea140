using System.Diagnostics.Metrics;
using Cdp.Core.Grid;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Webhooks;

/// <summary>What deliveries measure. Endpoints are named by the ids that operators gave them; nothing is said of messages.</summary>
public static class WebhookMetrics
{
    private static readonly Meter Meter = new(GridMetrics.MeterName);
    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>(
        "cdp.webhook.attempts", "{attempt}", "Attempts to deliver, by endpoint and by how they ended.");
    private static readonly Histogram<double> Durations = Meter.CreateDuration(
        "cdp.webhook.duration", "Attempts to deliver: from the look-up of the name to the end of the answer.");

    /// <summary>Counts an attempt.</summary>
    /// <param name="endpoint">The endpoint's id.</param>
    /// <param name="delivery">How it ended.</param>
    public static void Count(string endpoint, Delivery delivery)
    {
        var outcome = new KeyValuePair<string, object?>("outcome", Name(delivery.Status));
        Attempts.Add(1, new KeyValuePair<string, object?>("webhook", endpoint), outcome);
        if (delivery.Status != DeliveryStatus.Withheld) Durations.Record(delivery.DurationMs / 1_000.0, outcome);
    }

    /// <summary>The name of a status, as metrics and HTTP have it.</summary>
    /// <param name="status">The status.</param>
    /// <returns>A lower-case word.</returns>
    public static string Name(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Delivered => "delivered",
        DeliveryStatus.Failed => "failed",
        DeliveryStatus.Dead => "dead",
        _ => "withheld",
    };
}
