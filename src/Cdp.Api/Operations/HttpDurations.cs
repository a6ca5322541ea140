using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Operations;

/// <summary>
/// Request durations by route, method and status. Measured here and not by the framework's meter, whose tags cost a hot read a tenth of its time: a
/// series is found by the endpoint itself.
/// </summary>
internal sealed class HttpDurations
{
    private const string Name = "http_server_request_duration_seconds";
    private const int MaxSeries = 1_000;

    /// <summary>Upper bounds of the buckets, in seconds.</summary>
    public static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<(Endpoint? Endpoint, int Status), Series> _series = new();

    /// <summary>Records one request.</summary>
    /// <param name="context">The request, answered.</param>
    /// <param name="started">The timestamp of its arrival.</param>
    public void Record(HttpContext context, long started)
    {
        var key = (context.GetEndpoint(), context.Response.StatusCode);
        if (!_series.TryGetValue(key, out var series)) series = Add(key, context.Request.Method);
        series.Values.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Writes all series.</summary>
    /// <param name="text">The page.</param>
    public void Write(PrometheusText text)
    {
        if (_series.IsEmpty) return;
        text.Header(Name, "histogram", "Duration of HTTP requests by route, method and status.");
        foreach (var series in _series.Values.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal))
            text.Histogram(Name, series.Key, Bounds, series.Values);
    }

    private Series Add((Endpoint? Endpoint, int Status) key, string method)
    {
        // Unknown routes share one series without a method: both are the caller's words.
        var route = (key.Endpoint as RouteEndpoint)?.RoutePattern.RawText;
        if (_series.Count >= MaxSeries) key = (null, 0);
        return _series.GetOrAdd(key, k => new Series(
            new SeriesKey("http.route", route, "http.request.method", route is null ? null : method, "http.response.status_code", k.Status),
            new MetricSeries(Bounds)));
    }

    private sealed record Series(SeriesKey Key, MetricSeries Values);
}
