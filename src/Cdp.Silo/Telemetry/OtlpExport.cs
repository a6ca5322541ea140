using System.Collections;
using Cdp.Api;
using Cdp.Api.Operations;
using Cdp.Api.Settings;
using Cdp.Core.Grid;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Cdp.Silo.Telemetry;

/// <summary>
/// Traces and metrics to an OpenTelemetry collector, as the standard variables of the environment say: off unless <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or the
/// one of a signal, names a collector.
/// </summary>
internal static class OtlpExport
{
    private const string Prefix = "OTEL_";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    /// <summary>Adds what the variables ask for.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <returns>Whether traces are exported.</returns>
    /// <exception cref="SettingsException">An endpoint is no URL.</exception>
    public static bool AddOtlpExport(this WebApplicationBuilder builder, IDictionary environment)
    {
        var variables = environment.Cast<DictionaryEntry>()
            .Where(v => ((string)v.Key).StartsWith(Prefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace((string?)v.Value))
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value);
        if (variables.GetValueOrDefault("OTEL_SDK_DISABLED") is { } off && off.Equals("true", StringComparison.OrdinalIgnoreCase)) return false;
        var traces = IsOn(variables, TracesEndpoint);
        var metrics = IsOn(variables, MetricsEndpoint);
        if (!traces && !metrics) return false;

        // The host reads no environment; OpenTelemetry takes its settings from the host's configuration.
        builder.Configuration.AddInMemoryCollection(variables);
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(r => r
            .AddService("cdp-grains", serviceVersion: CdpApi.Version)
            .AddEnvironmentVariableDetector());
        if (traces)
        {
            telemetry.WithTracing(t => t
                .AddSource("Microsoft.AspNetCore", "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", GridTrace.SourceName)
                .AddProcessor(new SpanFilter())
                .AddOtlpExporter());
        }

        if (metrics)
        {
            telemetry.WithMetrics(m => m
                .AddMeter(GridMetrics.MeterName, HttpDurations.MeterName, "Microsoft.Orleans", "System.Runtime")
                .AddOtlpExporter());
        }

        return traces;
    }

    private static bool IsOn(Dictionary<string, string?> variables, string own)
    {
        var name = variables.ContainsKey(own) ? own : Endpoint;
        if (variables.GetValueOrDefault(name) is not { } url) return false;
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? true
            : throw new SettingsException([$"{name} expects the URL of an OpenTelemetry collector, such as http://collector:4317."]);
    }
}
