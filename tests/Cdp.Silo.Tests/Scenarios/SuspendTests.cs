using System.Diagnostics;
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
    public async Task A_silo_that_stood_still_until_it_was_declared_dead_answers_neither_reads_nor_writes_of_its_own_and_ends()
    {
        await using var scenario = await Scenario.StartAsync(output);
        await Scenario.RunAsync(2);
        var silo = scenario.Cluster.Silos[scenario.Random.Next(scenario.Cluster.Silos.Count)];
        ReadOperation[] after = [];
        var resumed = long.MaxValue;
        await scenario.DisturbAsync(async () =>
        {
            var suspended = Stopwatch.GetTimestamp();
            silo.Suspend();
            await scenario.Cluster.ConvergedAsync();
            Say("It was declared dead", suspended);
            await scenario.CountedOnAsync();
            Say("All counters went on", suspended);

            var before = scenario.ReadsOf(silo).Count;
            using var stop = new CancellationTokenSource();
            var counting = scenario.CountThroughAsync(silo, stop.Token);
            resumed = Stopwatch.GetTimestamp();
            silo.Resume();
            var exit = await silo.ExitAsync(ExitTimeout);
            await stop.CancelAsync();
            await counting;
            Say($"It ended with {exit.Code}", resumed);
            Assert.NotEqual(0, exit.Code);
            after = [.. scenario.ReadsOf(silo).Skip(before)];
            output.WriteLine($"Its answers to reads since: {string.Join(", ", after.GroupBy(r => r.Status).Select(g => $"{g.Key?.ToString() ?? "none"} x {g.Count()}"))}");
            await silo.StartAsync();
        });

        // It reads nothing from a memory that may be behind, and takes no writes that those who answer for its customers now would not know of.
        var check = new ReadCheck(scenario.History.Events);
        Assert.Contains(after, r => r.Status is HttpStatusCode.ServiceUnavailable or null);
        Assert.DoesNotContain(after, check.IsStale);
        Assert.DoesNotContain(scenario.Reads, r => r.InvokedAt > resumed && check.IsStale(r));
        await Scenario.RunAsync(2);
        await scenario.FinishAsync("SIGSTOP of a silo until it was declared dead, SIGCONT");
    }

    private void Say(string what, long since) => output.WriteLine($"{what} within {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s.");
}
