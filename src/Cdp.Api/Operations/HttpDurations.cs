using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Operations;

/// <summary>
/// Request durations by route, method and status. Measured here and not by the framework's meter, whose tags cost a hot read a tenth of its time: a
/// series is found by the endpoint itself.
/// </summary>
internal sealed class HttpDurations
{
    /// <summary>The meter that says the same to OpenTelemetry.</summary>
    public const string MeterName = "Cdp.Grains.Http";

    private const string Name = "http_server_request_duration_seconds";
    private const string ServerSpan = "Microsoft.AspNetCore.Hosting.HttpRequestIn";
    private const int MaxSeries = 1_000;

    /// <summary>Upper bounds of the buckets, in seconds.</summary>
    public static readonly double[] Bounds = [.. GridMetrics.DurationBounds];

    private readonly ConcurrentDictionary<(Endpoint? Endpoint, int Status), Series> _series = new();

    // For OpenTelemetry, on a meter that the page does not read. While nobody listens, recording costs a check.
    private readonly Histogram<double> _exported;

    public HttpDurations(IMeterFactory meters) =>
        _exported = meters.Create(MeterName).CreateDuration("http.server.request.duration", "Duration of HTTP requests by route, method and status.");

    /// <summary>Records one request.</summary>
    /// <param name="context">The request, answered.</param>
    /// <param name="started">The timestamp of its arrival.</param>
    public void Record(HttpContext context, long started)
    {
        var key = (context.GetEndpoint(), context.Response.StatusCode);
        if (!_series.TryGetValue(key, out var series)) series = Add(key, context.Request.Method);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        series.Values.Observe(seconds);
        if (_exported.Enabled) _exported.Record(seconds, series.Tags);
        Describe(series);
    }

    /// <summary>Gives the request's span its name: by the route, since the path holds references, which are personal data.</summary>
    private static void Describe(Series series)
    {
        if (Activity.Current is not { IsAllDataRequested: true, OperationName: ServerSpan } span) return;
        foreach (var (name, value) in series.Tags) span.SetTag(name, value);
        span.DisplayName = series.SpanName;
        if (series.Status >= 500) span.SetStatus(ActivityStatusCode.Error);
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
        return _series.GetOrAdd(key, k => new Series(k.Status, route, route is null ? null : method));
    }

    private sealed class Series(int status, string? route, string? method)
    {
        public SeriesKey Key { get; } = new("http.route", route, "http.request.method", method, "http.response.status_code", status);

        public MetricSeries Values { get; } = new(Bounds);

        public int Status => status;

        public KeyValuePair<string, object?>[] Tags { get; } = route is null
            ? [new("http.response.status_code", status)]
            : [new("http.route", route), new("http.request.method", method), new("http.response.status_code", status)];

        public string SpanName { get; } = route is null ? "HTTP" : $"{method} {route}";
    }
}
