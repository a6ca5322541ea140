using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Cdp.Standalone.Tests.Sdk.Support;

/// <summary>The built server as a process of its own, on a free loopback port, over an empty data folder.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;

    private HostProcess(Process process, string folder, Uri address)
    {
        _process = process;
        _folder = folder;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="config">The configuration file's text.</param>
    public static async Task<HostProcess> StartAsync(string config)
    {
        var folder = Directory.CreateTempSubdirectory("cdp-sdk-tests-").FullName;
        var configFile = Path.Combine(folder, "config.json");
        await File.WriteAllTextAsync(configFile, config);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, HostUnderTest.Assembly),
                "--urls", "http://127.0.0.1:0", "--data", Path.Combine(folder, "data"), "--config", configFile,
            },
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        var errors = new StringBuilder();
        process.ErrorDataReceived += (_, e) =>
        {
            lock (errors) errors.AppendLine(e.Data);
        };
        process.BeginErrorReadLine();
        try
        {
            return new HostProcess(process, folder, await ListeningAsync(process));
        }
        catch (Exception failure)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
            lock (errors) throw new InvalidOperationException($"The server did not start: {errors}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<Uri> ListeningAsync(Process process)
    {
        using var patience = new CancellationTokenSource(s_startTimeout);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (Listening().Match(line) is { Success: true } found) return new Uri(found.Groups[1].Value);
        }

        throw new InvalidOperationException("It ended before it listened.");
    }

    [GeneratedRegex(@"listening on (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
