using Cdp.Testing.Postgres;
using Xunit.Abstractions;

namespace Cdp.Silo.Tests.Scenarios;

[Collection(ScenariosCollection.Name)]
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task A_rolling_restart_under_load_loses_nothing()
    {
        await using var scenario = await Scenario.StartAsync(output);
        await Scenario.RunAsync(2);
        foreach (var silo in scenario.Cluster.Silos)
        {
            await scenario.DisturbAsync(async () =>
            {
                var exit = await silo.StopAsync(ExitTimeout);
                Assert.Equal(0, exit.Code);
                await silo.StartAsync();
            });
            await Scenario.RunAsync(1);
        }

        await scenario.FinishAsync("rolling restart by SIGTERM under load");
    }
}
