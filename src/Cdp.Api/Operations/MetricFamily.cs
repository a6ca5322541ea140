using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Cdp.Api.Operations;

/// <summary>All series of one instrument. Their number is bounded: what is beyond goes into one series without labels.</summary>
internal sealed class MetricFamily
{
    private const int MaxSeries = 1_000;

    private static readonly double[] s_sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

    private readonly ConcurrentDictionary<SeriesKey, MetricSeries> _series = new();
    private readonly double[]? _bounds;
    private readonly bool _adds;
    private readonly string _help;

    /// <summary>Makes it.</summary>
    /// <param name="instrument">The instrument.</param>
    public MetricFamily(Instrument instrument)
    {
        _help = instrument.Description ?? instrument.Name;
        var kind = instrument.GetType().Name;
        var isHistogram = kind.StartsWith("Histogram", StringComparison.Ordinal);
        var isCounter = kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal);
        _adds = !kind.StartsWith("Observable", StringComparison.Ordinal) && !kind.StartsWith("Gauge", StringComparison.Ordinal);
        _bounds = isHistogram ? Bounds(instrument) : null;
        Kind = isHistogram ? "histogram" : isCounter ? "counter" : "gauge";
        Name = PrometheusText.Name(instrument.Name, instrument.Unit) + (isCounter ? "_total" : "");
    }

    public string Name { get; }

    private string Kind { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = SeriesKey.Of(tags);
        if (!_series.TryGetValue(key, out var series)) series = AddSeries(key);
        if (_bounds is not null) series.Observe(value);
        else if (_adds) series.Add(value);
        else series.Set(value);
    }

    public void Write(PrometheusText text)
    {
        // Also without a series: what can be watched should be known before it happens.
        text.Header(Name, Kind, _help);
        foreach (var (key, series) in _series.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal))
        {
            if (_bounds is null)
            {
                text.Sample(Name, key, null, series.Value);
                continue;
            }

            text.Histogram(Name, key, _bounds, series);
        }
    }

    private static double[] Bounds(Instrument instrument)
    {
        IEnumerable<double>? advice = instrument switch
        {
            Histogram<double> h => h.Advice?.HistogramBucketBoundaries,
            Histogram<long> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b),
            Histogram<int> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b),
            _ => null,
        };
        return advice is null ? instrument.Unit == "s" ? HttpDurations.Bounds : s_sizes : [.. advice];
    }

    private MetricSeries AddSeries(SeriesKey key) =>
        _series.GetOrAdd(_series.Count < MaxSeries ? key : default, _ => new MetricSeries(_bounds));
}
