using System.Globalization;
using Cdp.Benchmarks.Silos;
using Cdp.Standalone;
using Cdp.Testing.Postgres;
using Cdp.Testing.Processes;
using Cdp.Testing.Redis;

namespace Cdp.Benchmarks.Peers;

/// <summary>
/// A server in a process of its own, empty, with whatever stands below it, that answers <c>POST /v1/batch</c> and <c>GET /v1/profiles/{type:value}</c>
/// for <c>Bearer dev</c>.
/// </summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly KeptServer _server;
    private readonly IAsyncDisposable[] _below;

    private ServerUnderTest(string name, KeptServer server, params IAsyncDisposable[] below)
    {
        (Name, _server, _below) = (name, server, below);
        Feed = new EventFeed(Port);
    }

    /// <summary>What the report calls it.</summary>
    public string Name { get; }

    public int Port => _server.Port;

    public EventFeed Feed { get; }

    /// <summary>Why the peer cannot be started here, with the command that helps; null when it can.</summary>
    public static string? PeerMissing => PostgresBinaries.Missing ?? RedisServer.Missing;

    /// <summary>Our Standalone server over SQLite.</summary>
    public static async Task<ServerUnderTest> StandaloneAsync() => new("Standalone (SQLite)", await DotnetAsync(
        "standalone", typeof(StandaloneHost).Assembly.Location, static (port, folder) =>
            ["--urls", $"http://127.0.0.1:{port}", "--data", Path.Combine(folder, "data")]));

    /// <summary>Our silo, as one of a cluster that it is alone in, with a PostgreSQL of its own. Commits wait for the disk.</summary>
    public static async Task<ServerUnderTest> SiloAsync()
    {
        var postgres = await DurablePostgres.StartAsync();
        return new("Silo (PostgreSQL)", await SiloProcess.StartAsync(await postgres.CreateDatabaseAsync()), postgres);
    }

    /// <summary>What a team would build instead, with a Redis and a PostgreSQL of its own. Commits wait for the disk, as ours do.</summary>
    public static async Task<ServerUnderTest> PeerAsync()
    {
        var postgres = await DurablePostgres.StartAsync();
        var redis = await RedisServer.StartAsync();
        var database = await postgres.CreateDatabaseAsync() + ";Maximum Pool Size=16;Max Auto Prepare=20;Auto Prepare Min Usages=2";
        var server = await DotnetAsync("peer", typeof(ServerUnderTest).Assembly.Location, (port, _) =>
        [
            "peer-server", "--urls", $"http://127.0.0.1:{port}", "--redis", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redis.Port}"),
            "--postgres", database,
        ]);
        return new("ASP.NET + Redis + PostgreSQL", server, redis, postgres);
    }

    /// <summary>What it has logged.</summary>
    public Task<string> LogAsync() => _server.LogAsync();

    /// <summary>Stops it and what stands below it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Feed.DisposeAsync();
        await _server.DisposeAsync();
        foreach (var part in _below) await part.DisposeAsync();
    }

    private static Task<KeptServer> DotnetAsync(string name, string assembly, Func<int, string, IEnumerable<string>> arguments) =>
        KeptServer.StartAsync(name, "dotnet", (port, folder) => [assembly, .. arguments(port, folder)]);
}
