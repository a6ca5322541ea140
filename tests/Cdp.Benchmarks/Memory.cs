using System.Diagnostics;
using System.Globalization;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Standalone;
using Cdp.Standalone.Actors;
using Cdp.Storage.Sqlite;

namespace Cdp.Benchmarks;

/// <summary>Memory per active profile of 20 traits, with one and with three identifiers, and a million customers in the file.</summary>
internal static class Memory
{
    public const double LimitBytes = 6 * 1024;

    public static async Task RunAsync(Report report, int customers)
    {
        await RunAsync(report, customers, "one identifier", "");
        await RunAsync(report, customers, "three identifiers", ",\"externalIds\":[{\"type\":\"crm_id\",\"id\":\"PERSON-c\"},{\"type\":\"card\",\"id\":\"PERSON-d\"}]");
    }

    private static async Task RunAsync(Report report, int customers, string name, string context)
    {
        var engine = new BenchEngine(new NullJournal());
        var before = Settled();
        for (var i = 0; i < customers; i++) await engine.SendAsync(engine.Event(0, 0, $"person-{i}", Traits(i), context));
        var written = (Settled() - before) / (double)customers;
        report.Add($"memory per active profile of 20 traits and {name}, written", $"{Report.N(written)} bytes", "limit 6,144 bytes", written / LimitBytes, "<= 1.00");
        for (var i = 0; i < customers; i++) await engine.ReadAsync($"person-{i}");
        var read = (Settled() - before) / (double)customers;
        report.Add("the same, written and read (with its JSON)", $"{Report.N(read)} bytes", "limit 6,144 bytes", read / LimitBytes, "<= 1.00");
        GC.KeepAlive(engine);
    }

    public static async Task RunMillionAsync(Report report)
    {
        const int Customers = 1_000_000;
        const int Active = 200_000;
        var data = Directory.CreateTempSubdirectory("cdp-bench-");
        var options = new LocalGridOptions
        {
            Journal = new SqliteJournalOptions { Directory = data.FullName },
            Memory = new MemoryOptions { MaxActiveCustomers = Active, MaxActiveIdentifiers = Active * 3 },
        };
        await using (var grid = await LocalGrid.StartAsync(options, _ => IdentityRules.Default, TimeProvider.System))
        {
            var engine = new BenchEngine(grid.Journal);
            var started = Stopwatch.GetTimestamp();
            foreach (var chunk in Enumerable.Range(0, Customers).Chunk(1_000))
            {
                var outcomes = await grid.Grid.IngestAsync("bench", [.. chunk.Select(i => engine.Event(0, 0, $"person-{i}", Traits(i)))]);
                if (outcomes.Any(o => o.Status != EventStatus.Applied)) throw new InvalidOperationException("An event failed.");
            }

            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var random = new Random(1);
            started = Stopwatch.GetTimestamp();
            for (var i = 0; i < 20_000; i++)
            {
                var id = new Identifier("user_id", string.Create(CultureInfo.InvariantCulture, $"person-{random.Next(Customers)}"));
                if (await grid.Grid.GetAsync("bench", new ProfileRef(null, id)) is null) throw new InvalidOperationException("A profile is missing.");
            }

            var readUs = Stopwatch.GetElapsedTime(started).TotalMicroseconds / 20_000;
            using var process = Process.GetCurrentProcess();
            Console.WriteLine($"{Customers:N0} customers in {seconds:0} s, {grid.ActiveCustomers:N0} active; reads of random customers {readUs:0} µs each");
            report.Add(
                $"resident memory with 1,000,000 customers in the file, {grid.ActiveCustomers:N0} active",
                $"{process.WorkingSet64 / 1e9:0.00} GB now, {process.PeakWorkingSet64 / 1e9:0.00} GB at the peak",
                "limit 4 GB",
                process.PeakWorkingSet64 / 4e9,
                "<= 1.00");
        }

        data.Delete(recursive: true);
    }

    private static string Traits(int i) => string.Join(',', Enumerable.Range(0, 20).Select(t => $"\"trait_{t}\":\"value {t} of {i}\""));

    /// <summary>What is in memory when garbage has gone, in bytes.</summary>
    public static long Settled()
    {
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
