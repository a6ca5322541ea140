using System.Diagnostics.Metrics;

namespace Cdp.Core.Grid;

/// <summary>The engine's instruments, all on the meter <see cref="MeterName"/>. Tags are bounded: statuses and reason codes, never ids.</summary>
public static class GridMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Cdp.Grains";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("cdp.events", "{event}", "Events by what became of them.");
    private static readonly Counter<long> Reasons = Meter.CreateCounter<long>("cdp.reasons", "{decision}", "Decisions about events and identifiers, by reason code.");

    internal static void Count(EventOutcome outcome)
    {
        Events.Add(1, new KeyValuePair<string, object?>("status", StatusName(outcome.Status)));
        foreach (var reason in outcome.Reasons) Reasons.Add(1, new KeyValuePair<string, object?>("code", reason.Code));
    }

    private static string StatusName(EventStatus status) => status switch
    {
        EventStatus.Applied => "applied",
        EventStatus.Duplicate => "duplicate",
        EventStatus.Rejected => "rejected",
        _ => "failed",
    };
}
