using System.Net;
using Cdp.Silo.Tests.Reads;
using Cdp.Testing.Postgres;
using Xunit.Abstractions;

namespace Cdp.Silo.Tests.Scenarios;

[Collection(ScenariosCollection.Name)]
public sealed class SuspendTests(ITestOutputHelper output)
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task A_silo_that_stood_still_until_it_was_declared_dead_answers_no_read_from_memory_and_ends()
    {
        await using var scenario = await Scenario.StartAsync(output);
        await Scenario.RunAsync(2);
        var silo = scenario.Cluster.Silos[scenario.Random.Next(scenario.Cluster.Silos.Count)];
        ReadOperation[] after = [];
        await scenario.DisturbAsync(async () =>
        {
            silo.Suspend();
            await scenario.Cluster.ConvergedAsync();
            await scenario.CountedOnAsync();
            var before = scenario.ReadsOf(silo).Count;
            silo.Resume();
            var exit = await silo.ExitAsync(ExitTimeout);
            after = [.. scenario.ReadsOf(silo).Skip(before)];
            output.WriteLine($"It ended with {exit.Code}. Its answers to reads since it went on: {string.Join(", ", after.GroupBy(r => r.Status).Select(g => $"{g.Key?.ToString() ?? "none"} x {g.Count()}"))}");
            Assert.NotEqual(0, exit.Code);
            await silo.StartAsync();
        });
        var check = new ReadCheck(scenario.History.Events);
        Assert.DoesNotContain(after, r => check.IsStale(r));
        Assert.Contains(after, r => r.Status is HttpStatusCode.ServiceUnavailable or null);
        await Scenario.RunAsync(2);
        await scenario.FinishAsync("SIGSTOP of a silo until it was declared dead, SIGCONT");
    }
}
