using System.Net;
using Cdp.Silo.Tests.Cluster;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using Xunit.Abstractions;

namespace Cdp.Silo.Tests.Scenarios;

[Collection(ScenariosCollection.Name)]
public sealed class PostgresRestartTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task Restarts_and_kills_of_PostgreSQL_under_load_lose_nothing_and_leave_the_membership_alone()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await using var scenario = await Scenario.StartAsync(output, await SiloCluster.StartAsync(database, 3), database);
        await Scenario.RunAsync(1);

        // The membership does not change by this, so reads are checked all the while.
        await server.StopAsync();
        await server.StartAgainAsync();
        await scenario.CountedOnAsync();

        await server.KillAsync();
        await server.StartAgainAsync();
        await scenario.CountedOnAsync();

        // Longer than a silo goes on without knowing that it is a member.
        await server.KillAsync();
        foreach (var silo in scenario.Cluster.Silos)
        {
            using var client = new GridClient(silo.Url, SiloCluster.Key);
            await Eventually.TrueAsync("without the store no silo is ready", Patience, async () => (await client.GetAsync("/health/ready")).Status == HttpStatusCode.ServiceUnavailable);
            await Eventually.TrueAsync(
                "a silo that cannot confirm its membership does not answer reads",
                Patience,
                async () => (await client.GetAsync("/v1/profiles/" + Uri.EscapeDataString(scenario.Counters[0]))).Status == HttpStatusCode.ServiceUnavailable);
        }

        await server.StartAgainAsync();
        await scenario.CountedOnAsync();
        await Scenario.RunAsync(1);
        await scenario.FinishAsync("PostgreSQL restarted once and killed twice under load");
    }
}
