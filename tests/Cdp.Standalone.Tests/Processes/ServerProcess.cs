using System.Diagnostics;
using System.Text;
using Cdp.Testing.Waiting;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>The host as a process of its own, on a free loopback port.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="data">Its data directory.</param>
    /// <param name="config">Its configuration file, null for none.</param>
    /// <param name="url">Where to listen, null for a free loopback port.</param>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it said.</exception>
    public static async Task<ServerProcess> StartAsync(string data, string? config = null, string? url = null)
    {
        string[] arguments = ["--data", data, "--urls", url ?? "http://127.0.0.1:0", .. config is null ? Array.Empty<string>() : ["--config", config]];
        var server = Launch(arguments);
        try
        {
            server.Url = await server._ready.Task.WaitAsync(StartTimeout)
                ?? throw new InvalidOperationException($"The server did not start: {(await server.ExitAsync(TimeSpan.FromSeconds(10))).Errors}");
            using var http = new HttpClient { BaseAddress = server.Url };
            await Eventually.TrueAsync("the server is ready", StartTimeout, async () => (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server and kills it after a time, be it ready by then or still recovering.</summary>
    public static async Task KilledAfterAsync(TimeSpan time, string data)
    {
        await using var server = Launch(["--data", data, "--urls", "http://127.0.0.1:0"]);
        await Moments.AfterAsync(time);
        await server.KillAsync();
    }

    /// <summary>Runs a server that is expected to refuse to start.</summary>
    public static async Task<ServerExit> RefusedAsync(params string[] arguments)
    {
        await using var server = Launch(arguments);
        return await server._ready.Task.WaitAsync(StartTimeout) is { } url
            ? throw new InvalidOperationException($"The server did start, on {url}.")
            : await server.ExitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, without waiting.</summary>
    public void Terminate() => Signals.Terminate(_process);

    /// <summary>SIGTERM, and waits for the end.</summary>
    public Task<ServerExit> StopAsync(TimeSpan bound)
    {
        Terminate();
        return ExitAsync(bound);
    }

    /// <summary>Waits for the process to end.</summary>
    public async Task<ServerExit> ExitAsync(TimeSpan bound)
    {
        // Also waits for the rest of what it wrote.
        await _process.WaitForExitAsync().WaitAsync(bound);
        return new ServerExit(_process.ExitCode, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static ServerProcess Launch(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, HostUnderTest.Assembly));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("Cdp__", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);

        var process = new Process { StartInfo = start };
        var server = new ServerProcess(process);
        process.OutputDataReceived += (_, line) => server.OnOutput(line.Data);
        process.ErrorDataReceived += (_, line) => server.OnError(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>"Cdp.Grains 0.1.0 listening on http://127.0.0.1:41234, data in …"; null when the output ends without it.</summary>
    private void OnOutput(string? line)
    {
        const string before = " listening on ";
        if (line is null)
        {
            _ready.TrySetResult(null);
        }
        else if (line.IndexOf(before, StringComparison.Ordinal) is >= 0 and var at)
        {
            _ready.TrySetResult(new Uri(line[(at + before.Length)..].Split(", ")[0]));
        }
    }

    private void OnError(string? line)
    {
        if (line is null) return;
        lock (_errors) _errors.AppendLine(line);
    }
}

/// <summary>How a server ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Errors">All that it wrote to standard error.</param>
internal sealed record ServerExit(int Code, string Errors)
{
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
