using System.Globalization;
using System.Net;
using Cdp.Silo.Tests.Clients;
using Cdp.Silo.Tests.Cluster;
using Cdp.Silo.Tests.Reads;
using Cdp.Testing;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using Xunit.Abstractions;

namespace Cdp.Silo.Tests.Scenarios;

/// <summary>
/// Every customer active twice, on purpose: two clusters that do not know of each other over one database, as in a split that both sides survive. Reads of
/// the one may be behind what the other wrote, so only their order for one caller is checked; the store has to keep everything else right.
/// </summary>
[Collection(ScenariosCollection.Name)]
public sealed class TwoClustersTests(ITestOutputHelper output)
{
    private const double Seconds = 10;
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task Two_clusters_that_both_own_every_customer_lose_nothing_and_double_nothing()
    {
        var seed = Seeds.Next(output);
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        var (history, reads, people) = (new History(), new ReadHistory(), new People(Verdict.Prefix) { Count = 24 });
        var counters = new Counters(Verdict.Prefix, people, history, seed);
        var verdict = new Verdict("two clusters over one database, both active on every customer", history, reads, counters.References);
        await using var east = await SiloCluster.StartAsync(database, 1, "east");
        await using var west = await SiloCluster.StartAsync(database, 1, "west");
        using (var stop = new CancellationTokenSource())
        using (var ofEast = new HttpGridClient("east", () => east.Silos))
        using (var ofWest = new HttpGridClient("west", () => west.Silos))
        {
            var load = new Load(people, history, seed) { GoesOn = true, GiveUpOneIn = 20 };
            var running = Task.WhenAll(
                load.RunAsync([ofEast, ofEast, ofWest, ofWest], stop.Token),
                counters.RunAsync([ofEast, ofWest], stop.Token),
                new Readers(reads, counters.References, () => [], seed).RunAsync([ofEast, ofWest], stop.Token));
            await Scenario.RunAsync(Seconds);
            await stop.CancelAsync();
            await running;
            while (history.TryTakeUnsettled(out var batch))
                await Eventually.TrueAsync("what failed is acknowledged", SettleTimeout, async () => await history.SendAsync(ofEast, batch) == HttpStatusCode.OK);
        }

        foreach (var cluster in new[] { east, west })
        {
            var conflicts = await ConflictsAsync(cluster.Silos[0]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cluster.Id}: {conflicts} commits were refused for a conflict."));
            Assert.True(conflicts > 0, "Both must have been active on the same customers.");
            await verdict.AddStopAsync(cluster);
        }

        // What is in their memories may be behind; who starts now reads the store.
        await using (var later = await SiloCluster.StartAsync(database, 1, "later"))
        {
            using var client = new GridClient(later.Silos[0].Url, SiloCluster.Key);
            await verdict.AddAuditAsync(client, database);
            await verdict.AddStopAsync(later);
        }

        verdict.Print(output);
        Assert.Empty(ReadCheck.GoingBackForOneCaller(reads.Reads));
        Assert.True(verdict.Violations.Count == 0, verdict.Report());
        await server.DropDatabaseAsync(database);
    }

    private static async Task<double> ConflictsAsync(SiloProcess silo)
    {
        using var client = new GridClient(silo.Url, SiloCluster.Key);
        return (await client.GetAsync("/metrics")).Body.Split('\n')
            .Where(l => l.StartsWith("cdp_journal_conflicts_total", StringComparison.Ordinal))
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
