using System.Diagnostics;
using Cdp.Client;
using Cdp.Client.Grains;
using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Testing.Postgres;

namespace Cdp.Benchmarks.Silos;

/// <summary>
/// What a silo over PostgreSQL pays for customers of 20 traits that are in memory, and how fast cold ones come into it: by identifier, one after
/// another and many at once, and of that the activation alone.
/// </summary>
internal static class Activations
{
    private const int Customers = 20_000;
    private const int OneByOne = 3_000;
    private const int Callers = 64;
    private const int Warm = 500;

    public static async Task RunAsync(Report report)
    {
        if (PostgresBinaries.Missing is { } missing)
        {
            Console.WriteLine($"activations: left out. {missing}");
            return;
        }

        await using var postgres = await DurablePostgres.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using (var silo = await BenchSilo.StartAsync(database))
        {
            var before = await WarmAsync(silo, Customers);
            await silo.SendAsync(Enumerable.Range(0, Customers).Select(Identify));
            AddMemory(report, "written", before);
            foreach (var i in Enumerable.Range(0, Customers)) await ReadAsync(silo, i);
            AddMemory(report, "written and read (with its JSON)", before);
            GC.KeepAlive(silo);
        }

        await using (var silo = await BenchSilo.StartAsync(database))
        {
            var before = await WarmAsync(silo, Customers + Warm);
            var single = await RateAsync(1, 0, OneByOne, i => ReadAsync(silo, i));
            var parallel = await RateAsync(Callers, OneByOne, Customers, i => ReadAsync(silo, i));
            AddMemory(report, "only read", before);
            var ids = new IdSource(TimeProvider.System, new Random(1));
            CustomerId[] nobody = [.. Enumerable.Range(0, Customers).Select(_ => ids.NewCustomer())];
            var bare = await RateAsync(Callers, 0, Customers, async i =>
                await silo.Grains.GetGrain<ICustomerGrain>(GrainKeys.Of(BenchSilo.Workspace, nobody[i])).ProvenanceAsync(0));
            report.Add("silo: cold customers read by identifier, one after another", $"{Report.N(single)} activations/s", "64 at once", single / parallel, "");
            report.Add("silo: the same, 64 at once", $"{Report.N(parallel)} activations/s", $"activation alone, nothing read: {Report.N(bare)}/s", parallel / bare, "");
        }
    }

    private static string Identify(int i) =>
        $$"""{"type":"identify","messageId":"m{{i}}","userId":"u{{i}}","traits":{ {{string.Join(',', Enumerable.Range(0, 20).Select(t => $"\"trait_{t}\":\"value {t} of {i}\""))}} } }""";

    /// <summary>Has everything done with customers of its own, and tells what is in memory then, in bytes.</summary>
    private static async Task<long> WarmAsync(BenchSilo silo, int from)
    {
        await silo.SendAsync(Enumerable.Range(from, Warm).Select(Identify));
        foreach (var i in Enumerable.Range(from, Warm)) await ReadAsync(silo, i);
        return Memory.Settled();
    }

    private static async Task ReadAsync(BenchSilo silo, int i)
    {
        if (await silo.Profiles.GetAsync(BenchSilo.Workspace, $"user_id:u{i}") is null) throw new InvalidOperationException("A profile is missing.");
    }

    /// <summary>How many of the numbers are done per second.</summary>
    private static async Task<double> RateAsync(int callers, int from, int to, Func<int, Task> run)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(from, to, new ParallelOptions { MaxDegreeOfParallelism = callers }, async (i, _) => await run(i));
        return (to - from) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void AddMemory(Report report, string how, long before)
    {
        var bytes = (Memory.Settled() - before) / (double)Customers;
        report.Add(
            $"silo: memory per active customer of 20 traits and one identifier, {how}",
            $"{Report.N(bytes)} bytes",
            $"Standalone's limit {Report.N(Memory.LimitBytes)} bytes",
            bytes / Memory.LimitBytes,
            "");
    }
}
