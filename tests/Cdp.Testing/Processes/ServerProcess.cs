using System.Diagnostics;
using System.Text;
using Cdp.Testing.Waiting;

namespace Cdp.Testing.Processes;

/// <summary>A built server as a process of its own. It ends with this process, however that ends.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>How long a server may take to start.</summary>
    public static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri?> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    /// <exception cref="InvalidOperationException">It does not yet.</exception>
    public Uri Url => _listening.Task is { IsCompletedSuccessfully: true, Result: { } url } ? url : throw new InvalidOperationException("It does not listen.");

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a server and does not wait.</summary>
    /// <param name="program">The assembly's name; it lies beside the tests.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="wrapper">A program and its arguments that end in starting the server in their own place; null for none.</param>
    /// <returns>The process.</returns>
    public static ServerProcess Launch(string program, IEnumerable<string> arguments, IReadOnlyList<string>? wrapper = null)
    {
        string[] command =
        [
            .. wrapper ?? [], Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, program), .. arguments,
        ];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("Cdp__", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);

        var process = new Process { StartInfo = start };
        var server = new ServerProcess(process);
        process.OutputDataReceived += (_, line) => server.OnOutput(line.Data);
        process.ErrorDataReceived += (_, line) => server.OnError(line.Data);
        process.Start();
        Reaper.Watch(process.Id);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until it listens.</summary>
    /// <returns>Where; null when it ended instead.</returns>
    public Task<Uri?> ListeningAsync() => _listening.Task.WaitAsync(StartTimeout);

    /// <summary>Waits until it is ready, and ends it when it does not become so.</summary>
    /// <returns>Itself.</returns>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it said.</exception>
    public async Task<ServerProcess> ReadyAsync()
    {
        try
        {
            if (await ListeningAsync() is not { } url)
                throw new InvalidOperationException($"The server did not start: {(await ExitAsync(ExitTimeout)).Errors}");
            using var http = new HttpClient { BaseAddress = url };
            await Eventually.TrueAsync("the server is ready", StartTimeout, async () => (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode);
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    /// <returns>A task that ends when it is gone.</returns>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, without waiting.</summary>
    public void Terminate() => Signals.Terminate(_process);

    /// <summary>SIGSTOP: it stands still until <see cref="Resume"/>, and does not know.</summary>
    public void Suspend() => Signals.Suspend(_process);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signals.Resume(_process);

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <param name="bound">For how long.</param>
    /// <returns>How it ended.</returns>
    public Task<ServerExit> StopAsync(TimeSpan bound)
    {
        Terminate();
        return ExitAsync(bound);
    }

    /// <summary>Waits for the process to end.</summary>
    /// <param name="bound">For how long.</param>
    /// <returns>How it ended.</returns>
    public async Task<ServerExit> ExitAsync(TimeSpan bound)
    {
        // Also waits for the rest of what it wrote.
        await _process.WaitForExitAsync().WaitAsync(bound);
        return new ServerExit(_process.ExitCode, Errors);
    }

    /// <summary>Kills it if it still runs.</summary>
    /// <returns>A task that ends when it is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        Reaper.Forget(_process.Id);
        _process.Dispose();
    }

    /// <summary>"Cdp.Grains 0.1.0 listening on http://127.0.0.1:41234, data in …"; null when the output ends without it.</summary>
    private void OnOutput(string? line)
    {
        const string before = " listening on ";
        if (line is null)
        {
            _listening.TrySetResult(null);
        }
        else if (line.IndexOf(before, StringComparison.Ordinal) is >= 0 and var at)
        {
            _listening.TrySetResult(new Uri(line[(at + before.Length)..].Split(", ")[0]));
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
public sealed record ServerExit(int Code, string Errors)
{
    /// <summary>The lines of it.</summary>
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
