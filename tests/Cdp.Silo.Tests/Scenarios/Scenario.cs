using Cdp.Silo.Tests.Clients;
using Cdp.Silo.Tests.Cluster;
using Cdp.Silo.Tests.Reads;
using Cdp.Testing;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using Xunit.Abstractions;

namespace Cdp.Silo.Tests.Scenarios;

/// <summary>
/// A cluster under load from outside, to which something is done. Writers and readers of both kinds, over HTTP and over Cdp.Client, run all the while;
/// afterwards everything that they were told is compared with what is there.
/// </summary>
internal sealed class Scenario : IAsyncDisposable
{
    private const string Prefix = Verdict.Prefix;
    private const int Writers = 3;
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(60);

    private readonly PostgresServer? _shared;
    private readonly ITestOutputHelper _output;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IDisposable> _clients = [];
    private readonly People _people = new(Prefix);
    private readonly ReadHistory _reads = new();
    private readonly Counters _counters;
    private readonly int _seed;
    private OrleansGridClient? _backEnd;
    private Task _running = Task.CompletedTask;

    private Scenario(PostgresServer? shared, string database, SiloCluster cluster, ITestOutputHelper output)
    {
        (_shared, Database, Cluster, _output) = (shared, database, cluster, output);
        _seed = Seeds.Next(output);
        Random = new Random(_seed);
        _counters = new Counters(Prefix, _people, History, _seed);
    }

    public SiloCluster Cluster { get; }

    /// <summary>The silos' database.</summary>
    public string Database { get; }

    public Random Random { get; }

    /// <summary>References of profiles that every reader reads.</summary>
    public IReadOnlyList<string> Counters => _counters.References;

    public History History { get; } = new();

    /// <summary>Starts silos over an empty database of the shared server, and the load; ends when the load is answered.</summary>
    /// <param name="output">The test's.</param>
    /// <param name="silos">How many.</param>
    public static async Task<Scenario> StartAsync(ITestOutputHelper output, int silos = 3)
    {
        var shared = await PostgresServer.SharedAsync();
        var database = await shared.CreateDatabaseAsync();
        return await BeginAsync(new Scenario(shared, database, await SiloCluster.StartAsync(database, silos), output));
    }

    /// <summary>Starts the load on a cluster over a server of the test's own; ends when it is answered.</summary>
    /// <param name="output">The test's.</param>
    /// <param name="cluster">Ends with the scenario.</param>
    /// <param name="database">The cluster's, as this process reaches it.</param>
    public static Task<Scenario> StartAsync(ITestOutputHelper output, SiloCluster cluster, string database) =>
        BeginAsync(new Scenario(null, database, cluster, output));

    private static async Task<Scenario> BeginAsync(Scenario scenario)
    {
        try
        {
            await scenario.BeginAsync();
            return scenario;
        }
        catch
        {
            await scenario.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets the load run for a time.</summary>
    public static Task RunAsync(double seconds) => Moments.AfterAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Does something that may change the membership, and waits until it is stable again.</summary>
    public async Task DisturbAsync(Func<Task> act)
    {
        _people.Count += 2;
        _reads.EndStable();
        await act();
        await SettledAsync();
        _reads.BeginStable();
    }

    /// <summary>All that was read so far.</summary>
    public IReadOnlyCollection<ReadOperation> Reads => _reads.Reads;

    /// <summary>What was read from one silo by the reader that never asks another one, so far.</summary>
    public IReadOnlyCollection<ReadOperation> ReadsOf(SiloProcess silo) => [.. _reads.Reads.Where(r => r.Caller == ReaderOf(silo))];

    /// <summary>Has one silo, and no other, count until it is told to stop: what it acknowledges, everybody has to see.</summary>
    public Task CountThroughAsync(SiloProcess silo, CancellationToken stop) => _counters.RunAsync([Add(new($"counter of {silo.Place.HttpPort}", () => [silo]))], stop);

    /// <summary>Waits until all counters have been counted on, whoever answers.</summary>
    public async Task CountedOnAsync()
    {
        foreach (var counter in _counters.References)
        {
            var before = Acked(counter);
            await Eventually.TrueAsync("all counters go on", SettleTimeout, () => Acked(counter) > before || _running.IsFaulted);
        }
    }

    /// <summary>Ends the load, has everything acknowledged that was not given up, and compares.</summary>
    /// <param name="name">What was done, for the report.</param>
    public async Task FinishAsync(string name)
    {
        await EndLoadAsync();
        _reads.EndStable();
        using (var last = new HttpGridClient("last", Running))
        {
            while (History.TryTakeUnsettled(out var batch))
                await Eventually.TrueAsync("what failed is acknowledged", SettleTimeout, async () => await History.SendAsync(last, batch) == System.Net.HttpStatusCode.OK);
        }

        var verdict = new Verdict(name, History, _reads, _counters.References);
        using (var client = new GridClient(Running()[0].Url, SiloCluster.Key)) await verdict.AddAuditAsync(client, Database);
        await verdict.AddStopAsync(Cluster);
        verdict.Print(_output);
        Assert.True(verdict.Violations.Count == 0, verdict.Report());
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndLoadAsync();
        }
        finally
        {
            if (_backEnd is not null) await _backEnd.DisposeAsync();
            foreach (var client in _clients) client.Dispose();
            await Cluster.DisposeAsync();
            if (_shared is not null) await _shared.DropDatabaseAsync(Database);
            _stop.Dispose();
        }
    }

    private async Task BeginAsync()
    {
        _backEnd = await OrleansGridClient.ConnectAsync(Cluster);
        var load = new Load(_people, History, _seed) { GoesOn = true, GiveUpOneIn = 20 };
        var readers = new Readers(_reads, _counters.References, People, _seed);

        // A reader per silo, one that reads from a different silo each time, and a back end.
        IReadClient[] reading = [.. Cluster.Silos.Select(s => Add(new(ReaderOf(s), () => [s]))), Add(new("reader", All) { Rotates = true }), _backEnd];
        IIngestClient[] writing = [.. Enumerable.Range(0, Writers).Select(i => Add(new($"writer {i}", All, i))), _backEnd];
        _running = Task.WhenAll(
            load.RunAsync(writing, _stop.Token),
            _counters.RunAsync([Add(new("counter", All, 1)), _backEnd], _stop.Token),
            readers.RunAsync(reading, _stop.Token));
        await SettledAsync();
        _reads.BeginStable();
    }

    private IReadOnlyList<SiloProcess> All() => Cluster.Silos;

    private IReadOnlyList<SiloProcess> Running() => [.. Cluster.Silos.Where(s => s.IsRunning)];

    private static string ReaderOf(SiloProcess silo) => $"reader of {silo.Place.HttpPort}";

    private HttpGridClient Add(HttpGridClient client)
    {
        _clients.Add(client);
        return client;
    }

    private IReadOnlyList<string> People() => [.. Enumerable.Range(0, _people.Count).Select(i => $"user_id:{Prefix}u{i}")];

    /// <summary>The silos that run are the members, requests are answered, and every silo shows what has been acknowledged.</summary>
    private async Task SettledAsync()
    {
        await Cluster.ConvergedAsync();
        var answered = History.AckedBatches;
        await Eventually.TrueAsync("batches are acknowledged", SettleTimeout, () => History.AckedBatches > answered + 10 || _running.IsFaulted);
        if (_running.IsFaulted) await _running;
        foreach (var silo in Running())
        {
            using var client = new HttpGridClient("settling", () => [silo]);
            foreach (var counter in _counters.References)
            {
                var acked = Acked(counter);
                await Eventually.TrueAsync(
                    $"every silo shows the {acked} events that were acknowledged",
                    SettleTimeout,
                    async () => (await new ReadHistory().ReadAsync(client, counter)).EventCount >= acked);
            }
        }
    }

    private int Acked(string counter) => History.Events.Count(e => e.IsAcked && e.Own.Contains(counter));

    private async Task EndLoadAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }
}
