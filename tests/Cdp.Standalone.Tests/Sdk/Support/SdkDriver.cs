using System.Diagnostics;
using System.Text.Json;

namespace Cdp.Standalone.Tests.Sdk.Support;

/// <summary>An event as an SDK sent it.</summary>
internal sealed record SentEvent(string Type, string? Name, string MessageId);

/// <summary>A preflight that a browser made.</summary>
internal sealed record Preflight(string Path, int Status);

/// <summary>The one line that a driver prints.</summary>
internal sealed record DriverReport(
    string Sdk,
    string? AnonymousId,
    string? Page,
    IReadOnlyList<SentEvent> Sent,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Console,
    IReadOnlyList<string> CalledHome,
    IReadOnlyList<string>? Failures,
    IReadOnlyList<Preflight>? Preflights);

/// <summary>Runs a driver of <c>tests/sdk</c> against a server.</summary>
internal static class SdkDriver
{
    private static readonly TimeSpan s_driverTimeout = TimeSpan.FromSeconds(90);

    /// <summary>How much longer than the driver itself we wait for its process: what it takes to start and to end.</summary>
    private static readonly TimeSpan s_processOverhead = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <param name="driver">The driver's name without ending, and its options.</param>
    /// <param name="server">Where the SDK shall send to.</param>
    /// <param name="writeKey">The write key.</param>
    /// <returns>What it sent; every event of it was answered with success, and nothing was sent elsewhere.</returns>
    public static async Task<DriverReport> RunAsync(string driver, Uri server, string writeKey)
    {
        var (exitCode, report, text) = await TryRunAsync(driver, server, writeKey);
        Assert.True(exitCode == 0, $"{driver} ended with {exitCode}: {text}");
        return report!;
    }

    /// <summary>Runs one that may fail.</summary>
    /// <param name="driver">The driver's name without ending, and its options.</param>
    /// <param name="server">Where the SDK shall send to.</param>
    /// <param name="writeKey">The write key.</param>
    /// <returns>Its exit code, its report if it printed one, and all that it printed.</returns>
    public static async Task<(int ExitCode, DriverReport? Report, string Text)> TryRunAsync(string driver, Uri server, string writeKey)
    {
        var words = driver.Split(' ');
        var start = new ProcessStartInfo("node") { WorkingDirectory = SdkTools.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            words[0] + ".mjs", .. words[1..], "--url", server.ToString(), "--write-key", writeKey,
            "--timeout-seconds", s_driverTimeout.TotalSeconds.ToString("F0", null),
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(s_driverTimeout + s_processOverhead);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            var report = output.StartsWith('{') ? JsonSerializer.Deserialize<DriverReport>(output, JsonSerializerOptions.Web) : null;
            return (process.ExitCode, report, output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
