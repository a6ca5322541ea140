using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Cdp.Cli.Tests.Support;

/// <summary>The real Standalone host as a process of its own, on a free port of loopback.</summary>
internal sealed partial class RealServer : IAsyncDisposable
{
    private readonly Process _process;

    private RealServer(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    public static async Task<RealServer> StartAsync(string dataDirectory, string url = "http://127.0.0.1:0")
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "Cdp.Standalone.dll"), "--urls", url, "--data", dataDirectory,
        })
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var line = await process.StandardOutput.ReadLineAsync(patience.Token);
        var address = Address().Match(line ?? "");
        if (!address.Success) throw new InvalidOperationException($"The server did not start: {line} {await process.StandardError.ReadToEndAsync(patience.Token)}");
        process.BeginErrorReadLine();
        return new RealServer(process, address.Value);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process.HasExited)
        {
            _process.Dispose();
            return;
        }

        // SIGTERM: the server ends in order and releases its data.
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(patience.Token);
        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+")]
    private static partial Regex Address();
}
