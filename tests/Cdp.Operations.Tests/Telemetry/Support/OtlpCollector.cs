using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Operations.Tests.Telemetry.Support;

/// <summary>A collector for OTLP over HTTP with protobuf, on a loopback port of its own.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<byte[]> _bodies = new();
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentQueue<string> _metrics = new();
    private readonly ConcurrentQueue<string> _services = new();

    private OtlpCollector(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public IReadOnlyList<Span> Spans => [.. _spans];

    /// <summary>The names of all metrics that came.</summary>
    public IReadOnlySet<string> Metrics => _metrics.ToHashSet();

    /// <summary>The services that sent something.</summary>
    public IReadOnlySet<string> Services => _services.ToHashSet();

    /// <summary>Everything that came, byte by byte, to look for what must not be in it.</summary>
    public string Everything => string.Concat(_bodies.Select(Encoding.Latin1.GetString));

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.UseRouting();
        app.MapPost("/v1/traces", (RequestDelegate)(c => collector.TakeAsync(c, collector.TakeSpans)));
        app.MapPost("/v1/metrics", (RequestDelegate)(c => collector.TakeAsync(c, collector.TakeMetrics)));
        await app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context, Action<string, ProtoFields> take)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy);
        var body = copy.ToArray();
        _bodies.Enqueue(body);
        foreach (var resource in new ProtoFields(body).Messages(1))
        {
            var described = resource.Messages(1).Single().Attributes(1);
            _services.Enqueue(described["service.name"]);
            foreach (var scope in resource.Messages(2)) take(described["service.instance.id"], scope);
        }

        context.Response.ContentType = "application/x-protobuf";
    }

    private void TakeSpans(string instance, ProtoFields scope)
    {
        var source = scope.Messages(1).Select(s => s.Text(1)).FirstOrDefault("");
        foreach (var s in scope.Messages(2)) _spans.Enqueue(new(instance, source, s.Hex(1), s.Hex(2), s.Hex(4), s.Text(5), s.Attributes(9)));
    }

    private void TakeMetrics(string instance, ProtoFields scope)
    {
        foreach (var metric in scope.Messages(2)) _metrics.Enqueue(metric.Text(1));
    }
}

/// <summary>A span as the collector got it, with the process it came from; ids in hexadecimal, the parent's empty for a root.</summary>
internal sealed record Span(string Instance, string Source, string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Tags);
