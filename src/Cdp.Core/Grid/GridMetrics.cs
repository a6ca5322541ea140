using System.Diagnostics.Metrics;

namespace Cdp.Core.Grid;

/// <summary>The engine's instruments, all on the meter <see cref="MeterName"/>. Tags are bounded: statuses and reason codes, never ids.</summary>
public static class GridMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Cdp.Grains";

    // Before the instruments below, which need it: static fields are made in their order here.
    private static readonly InstrumentAdvice<double> DurationAdvice = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("cdp.events", "{event}", "Events by what became of them.");
    private static readonly Counter<long> Reasons = Meter.CreateCounter<long>("cdp.reasons", "{decision}", "Decisions about events and identifiers, by reason code.");

    /// <summary>Upper bounds of the buckets of every duration, in seconds.</summary>
    public static IReadOnlyList<double> DurationBounds => DurationAdvice.HistogramBucketBoundaries!;

    /// <summary>Makes a histogram of durations.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it measures.</param>
    /// <returns>A histogram in seconds, with buckets from 0.1 ms to 10 s.</returns>
    public static Histogram<double> CreateDuration(this Meter meter, string name, string description) =>
        meter.CreateHistogram(name, "s", description, tags: null, DurationAdvice);

    /// <summary>Makes a histogram of small counts.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="name">Its name.</param>
    /// <param name="unit">What is counted, in braces.</param>
    /// <param name="description">What it measures.</param>
    /// <param name="bounds">Upper bounds of the buckets.</param>
    /// <returns>The histogram.</returns>
    public static Histogram<int> CreateSizes(this Meter meter, string name, string unit, string description, params int[] bounds) =>
        meter.CreateHistogram(name, unit, description, tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = bounds });

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
