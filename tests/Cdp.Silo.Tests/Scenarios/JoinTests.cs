using Cdp.Testing.Postgres;
using Xunit.Abstractions;

namespace Cdp.Silo.Tests.Scenarios;

[Collection(ScenariosCollection.Name)]
public sealed class JoinTests(ITestOutputHelper output)
{
    [PostgresFact]
    public async Task Silos_that_join_under_load_take_part_and_nothing_is_lost()
    {
        await using var scenario = await Scenario.StartAsync(output, silos: 1);
        await Scenario.RunAsync(2);
        for (var joined = 0; joined < 2; joined++)
        {
            await scenario.DisturbAsync(() => scenario.Cluster.JoinAsync());
            await Scenario.RunAsync(2);
        }

        await scenario.FinishAsync("two silos join one under load");
    }
}
