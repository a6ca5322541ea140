using System.Net;
using Cdp.Silo.Tests.Cluster;
using Cdp.Silo.Tests.Reads;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using Npgsql;
using Xunit.Abstractions;

namespace Cdp.Silo.Tests.Scenarios;

[Collection(ScenariosCollection.Name)]
public sealed class CutTests(ITestOutputHelper output)
{
    // Longer than the failure detector waits.
    private const double SecondsOfCut = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [NetworkFact]
    public async Task A_cut_between_two_silos_and_one_around_a_silo_lose_nothing()
    {
        await using var network = await SiloNetwork.StartAsync(3);
        await using var server = await PostgresServer.StartAsync($"listen_addresses=127.0.0.1,{network.Here}");
        await server.AllowAsync(network.Range);
        var database = await server.CreateDatabaseAsync();
        var fromThere = new NpgsqlConnectionStringBuilder(database) { Host = network.Here }.ConnectionString;
        await using var scenario = await Scenario.StartAsync(
            output, await SiloCluster.StartAsync(fromThere, [network.Place(1), network.Place(2), network.Place(3)]), database);
        await Scenario.RunAsync(1);

        // The third sees both, and tells each that the other lives: they stay members.
        await scenario.DisturbAsync(async () =>
        {
            await network.CutAsync(1, 2);
            await Scenario.RunAsync(SecondsOfCut);
            await network.HealAsync(1, 2);
        });
        Assert.All(scenario.Cluster.Silos, s => Assert.True(s.IsRunning));
        await Scenario.RunAsync(1);

        // Nobody sees the first but its clients and the store.
        var alone = scenario.Cluster.Silos[0];
        var before = 0;
        await scenario.DisturbAsync(async () =>
        {
            await network.CutAsync(1, 2);
            await network.CutAsync(1, 3);
            using (var client = new GridClient(alone.Url, SiloCluster.Key))
                await Eventually.TrueAsync("the silo that is cut off knows it", Patience, async () => alone.HasExited || await IsNotReadyAsync(client));
            before = scenario.ReadsOf(alone).Count;
            await alone.ExitAsync(Patience);
            await scenario.CountedOnAsync();
            await network.HealAsync(1, 2);
            await network.HealAsync(1, 3);
            await alone.StartAsync();
        });
        var check = new ReadCheck(scenario.History.Events);
        Assert.DoesNotContain(scenario.ReadsOf(alone).Skip(before), check.IsStale);
        await Scenario.RunAsync(1);
        await scenario.FinishAsync("network cut between two silos, then around one");
    }

    private static async Task<bool> IsNotReadyAsync(GridClient client)
    {
        try
        {
            return (await client.GetAsync("/health/ready")).Status == HttpStatusCode.ServiceUnavailable;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
