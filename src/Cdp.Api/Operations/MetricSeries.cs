namespace Cdp.Api.Operations;

/// <summary>One series of a metric.</summary>
internal sealed class MetricSeries(double[]? bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = bounds is null ? [] : new long[bounds.Length + 1];
    private double _value;

    public double Value
    {
        get
        {
            lock (_gate) return _value;
        }
    }

    public void Add(double value)
    {
        lock (_gate) _value += value;
    }

    public void Set(double value)
    {
        lock (_gate) _value = value;
    }

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds!.Length && value > bounds[bucket]) bucket++;
        lock (_gate)
        {
            _buckets[bucket]++;
            _value += value;
        }
    }

    public (long[] Buckets, double Sum) Histogram()
    {
        lock (_gate) return ([.. _buckets], _value);
    }
}

/// <summary>Up to three labels, compared without allocating.</summary>
internal readonly record struct SeriesKey(string? Name1, object? Value1, string? Name2, object? Value2, string? Name3, object? Value3)
{
    public static SeriesKey Of(ReadOnlySpan<KeyValuePair<string, object?>> tags) => new(
        tags.Length > 0 ? tags[0].Key : null, tags.Length > 0 ? tags[0].Value : null,
        tags.Length > 1 ? tags[1].Key : null, tags.Length > 1 ? tags[1].Value : null,
        tags.Length > 2 ? tags[2].Key : null, tags.Length > 2 ? tags[2].Value : null);
}
