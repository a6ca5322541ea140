using Cdp.Testing.Postgres;
using Xunit.Abstractions;

namespace Cdp.Silo.Tests.Scenarios;

[Collection(ScenariosCollection.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 4;
    private const double MaxSecondsDead = 3;

    [PostgresFact]
    public async Task Kills_of_random_silos_under_load_lose_nothing_and_double_nothing()
    {
        await using var scenario = await Scenario.StartAsync(output);
        await Scenario.RunAsync(2);
        for (var kill = 0; kill < Kills; kill++)
        {
            var silo = scenario.Cluster.Silos[scenario.Random.Next(scenario.Cluster.Silos.Count)];
            await scenario.DisturbAsync(async () =>
            {
                await silo.KillAsync();
                // The last one stays dead for as long as it takes the others to notice by themselves.
                if (kill == Kills - 1) await scenario.Cluster.ConvergedAsync();
                else await Scenario.RunAsync(0.1 + (scenario.Random.NextDouble() * MaxSecondsDead));
                await silo.StartAsync();
            });
            await Scenario.RunAsync(1);
        }

        await scenario.FinishAsync($"kill -9 under load, {Kills} kills");
    }
}
