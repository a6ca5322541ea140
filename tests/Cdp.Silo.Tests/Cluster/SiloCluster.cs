using System.Globalization;
using System.Net;
using System.Text.Json;
using Cdp.Testing.Waiting;

namespace Cdp.Silo.Tests.Cluster;

/// <summary>Silos as processes of their own, over one PostgreSQL.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    /// <summary>The one key of the silos' workspace.</summary>
    public const string Key = "grid-key";

    public const string Workspace = "default";

    // The failure detector takes 9 to 15 s for a silo that vanished, on a machine that has nothing else to do.
    private static readonly TimeSpan ConvergeTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    private readonly ScratchFolder _folder = new();
    private volatile IReadOnlyList<SiloProcess> _silos = [];
    private readonly string[] _arguments;

    private SiloCluster(string postgres, string id)
    {
        var config = _folder.Config($$"""{"Cdp":{"Workspaces":{"{{Workspace}}":{"ApiKeys":[{"Key":"{{Key}}","Scopes":["read","ingest","admin"] }] } } } }""");
        _arguments = ["--mode", "cluster", "--postgres", postgres, "--cluster-id", id, "--config", config];
        Id = id;
    }

    public string Id { get; }

    /// <summary>All silos that were ever started.</summary>
    public IReadOnlyList<SiloProcess> Silos => _silos;

    /// <summary>Starts a cluster on loopback, all silos at once, and waits until they know each other.</summary>
    public static Task<SiloCluster> StartAsync(string postgres, int silos, string id = "chaos") =>
        StartAsync(postgres, [.. Enumerable.Range(0, silos).Select(_ => SiloPlace.OnLoopback())], id);

    /// <summary>Starts a cluster, all silos at once, and waits until they know each other.</summary>
    public static async Task<SiloCluster> StartAsync(string postgres, IReadOnlyList<SiloPlace> places, string id = "chaos")
    {
        var cluster = new SiloCluster(postgres, id);
        try
        {
            cluster._silos = [.. places.Select(p => new SiloProcess(p, cluster._arguments))];
            await Task.WhenAll(cluster._silos.Select(s => s.StartAsync()));
            await cluster.ConvergedAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more silo and waits until it is ready.</summary>
    public async Task<SiloProcess> JoinAsync()
    {
        var silo = new SiloProcess(SiloPlace.OnLoopback(), _arguments);
        _silos = [.. _silos, silo];
        await silo.StartAsync();
        return silo;
    }

    /// <summary>Waits until every running silo names exactly the running silos as active, and is ready.</summary>
    public Task ConvergedAsync() => Eventually.TrueAsync("the silos that run are the members", ConvergeTimeout, async () =>
    {
        var running = _silos.Where(s => s.IsRunning).ToArray();
        var expected = running.Select(s => s.Place.SiloPort).Order().ToArray();
        foreach (var silo in running)
        {
            if (!(await ActiveAsync(silo)).SequenceEqual(expected)) return false;
        }

        return true;
    });

    /// <summary>SIGTERM to all, and waits for their end.</summary>
    public Task<ServerExit[]> StopAsync() => Task.WhenAll(_silos.Where(s => s.IsRunning).Select(s => s.StopAsync(StopTimeout)));

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos) await silo.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The silo ports of the members that are active, in order, as a silo that is ready says; empty when it does not answer.</summary>
    private static async Task<IReadOnlyList<int>> ActiveAsync(SiloProcess silo)
    {
        using var client = new GridClient(silo.Url, Key);
        try
        {
            if ((await client.GetAsync("/health/ready")).Status != HttpStatusCode.OK) return [];
            var (status, body) = await client.GetAsync("/v1/grid");
            if (status != HttpStatusCode.OK) return [];
            using var document = JsonDocument.Parse(body);
            return [.. document.RootElement.GetProperty("silos").EnumerateArray()
                .Where(s => s.GetProperty("status").GetString() == "active")
                .Select(s => PortOf(s.GetProperty("address").GetString()!))
                .Order()];
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>"S127.0.0.1:11111:123456789".</summary>
    private static int PortOf(string address) => int.Parse(address.Split(':')[1], CultureInfo.InvariantCulture);
}
