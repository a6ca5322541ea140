namespace Cdp.Standalone.Tests.Processes;

/// <summary>The host under test as a process of its own.</summary>
internal static class TestedServer
{
    private const string Program = HostUnderTest.Assembly;

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="data">Its data directory.</param>
    /// <param name="config">Its configuration file, null for none.</param>
    /// <param name="url">Where to listen, null for a free loopback port.</param>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it said.</exception>
    public static Task<ServerProcess> StartAsync(string data, string? config = null, string? url = null)
    {
        string[] arguments = ["--data", data, "--urls", url ?? "http://127.0.0.1:0", .. config is null ? Array.Empty<string>() : ["--config", config]];
        return ServerProcess.Launch(Program, arguments).ReadyAsync();
    }

    /// <summary>Starts a server and kills it after a time, be it ready by then or still recovering.</summary>
    public static async Task KilledAfterAsync(TimeSpan time, string data)
    {
        await using var server = ServerProcess.Launch(Program, ["--data", data, "--urls", "http://127.0.0.1:0"]);
        await Moments.AfterAsync(time);
        await server.KillAsync();
    }

    /// <summary>Runs a server that is expected to refuse to start.</summary>
    public static async Task<ServerExit> RefusedAsync(params string[] arguments)
    {
        await using var server = ServerProcess.Launch(Program, arguments);
        return await server.ListeningAsync() is { } url
            ? throw new InvalidOperationException($"The server did start, on {url}.")
            : await server.ExitAsync(TimeSpan.FromSeconds(10));
    }
}
