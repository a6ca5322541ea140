using Cdp.Testing.Processes;

namespace Cdp.Operations.Tests.Telemetry.Support;

/// <summary>Starts silos as processes.</summary>
internal static class TracedSilo
{
    private const string Program = "Cdp.Silo.dll";

    /// <summary>Starts one that sends to a collector without delay.</summary>
    public static Task<ServerProcess> StartAsync(OtlpCollector collector, params string[] arguments) => ServerProcess.Launch(
        Program,
        ["--urls", "http://127.0.0.1:0", .. arguments],
        [
            "env", $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=500",
        ]).ReadyAsync();

    /// <summary>Starts one that is expected to refuse.</summary>
    /// <returns>How it ended.</returns>
    public static async Task<ServerExit> RefusedAsync(string variable, params string[] arguments)
    {
        await using var silo = ServerProcess.Launch(Program, ["--urls", "http://127.0.0.1:0", .. arguments], ["env", variable]);
        return await silo.ListeningAsync() is { } url
            ? throw new InvalidOperationException($"The silo did start, on {url}.")
            : await silo.ExitAsync(TimeSpan.FromSeconds(10));
    }
}
