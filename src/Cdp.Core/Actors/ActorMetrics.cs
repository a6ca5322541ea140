using System.Diagnostics.Metrics;
using Cdp.Core.Grid;

namespace Cdp.Core.Actors;

/// <summary>What actors measure of their own work.</summary>
internal static class ActorMetrics
{
    private static readonly Meter Meter = new(GridMetrics.MeterName);
    private static readonly Histogram<double> Loads = Meter.CreateDuration(
        "cdp.customer.load.duration", "Reads of customers that were not in memory: from the call to the state, with all that they absorbed.");
    private static readonly Histogram<double> Holds = Meter.CreateDuration(
        "cdp.customer.hold.duration", "How long customers were held for a merge or a move; they take no events meanwhile.");
    private static readonly Histogram<int> Attempts = Meter.CreateSizes(
        "cdp.router.attempts", "{attempt}", "Attempts that events of one identifier took; more than one means that others changed the same customers.", 1, 2, 3, 5, 8, 13);
    private static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "cdp.router.retries", "{retry}", "Attempts that came to nothing and were made again, by what they met.");

    public static void Loaded(TimeSpan duration, string outcome) => Loads.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(GridTrace.Outcome, outcome));

    public static void Held(TimeSpan duration, string outcome) => Holds.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(GridTrace.Outcome, outcome));

    public static void Routed(int attempts, string outcome) => Attempts.Record(attempts, new KeyValuePair<string, object?>(GridTrace.Outcome, outcome));

    public static void Retried(CallStatus status) => Retries.Add(1, new KeyValuePair<string, object?>("reason", status switch
    {
        CallStatus.Conflict => "conflict",
        CallStatus.Busy => "busy",
        CallStatus.NotMine => "not_mine",
        _ => "other",
    }));
}
