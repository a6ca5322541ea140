using System.Globalization;
using Cdp.Testing.Processes;

namespace Cdp.Testing.Redis;

/// <summary>A Redis server of its own on a free loopback port, as a cache: it writes nothing to disk. It ends with the process that started it.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Install = "apt-get install redis-server redis-tools";
    private readonly KeptServer server;

    private RedisServer(KeptServer server) => this.server = server;

    /// <summary>Why it cannot be started or measured here, with the command that helps; null when it can.</summary>
    public static string? Missing { get; } =
        new[] { "redis-server", "redis-benchmark" }.FirstOrDefault(static p => !IsOnPath(p)) is { } program ? $"There is no {program} on the path; {Install}" : null;

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port => server.Port;

    /// <summary>Starts a new, empty server.</summary>
    /// <returns>The running server.</returns>
    public static async Task<RedisServer> StartAsync() => new(await KeptServer.StartAsync("redis", "redis-server", static (port, folder) =>
        ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"]));

    /// <summary>Stops it.</summary>
    /// <returns>A task that ends when it is gone.</returns>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(f => File.Exists(Path.Combine(f, program)));
}
