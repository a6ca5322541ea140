using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;

namespace Cdp.Benchmarks;

/// <summary>Group commit through the port with many callers, against the bare loop; and cold loads.</summary>
internal static class JournalCommit
{
    private const int Rows = 200_000;
    private const int Streams = 100_000;
    private const int Callers = 1_024;

    public static async Task RunAsync(Report report)
    {
        var ids = new IdSource(TimeProvider.System, new Random(1));
        CustomerId[] streams = [.. Enumerable.Range(0, Streams).Select(_ => ids.NewCustomer())];
        var body = new byte[500];
        new Random(2).NextBytes(body);
        var (ours, peer) = (new List<double>(), new List<double>());
        for (var round = 0; round < 3; round++)
        {
            peer.Add(await BareAsync(streams, body));
            ours.Add(await JournalAsync(streams, body, Callers, Rows));
        }

        double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
        report.Add(
            $"journal commits of one 500-byte row, {Callers} callers",
            $"{Report.N(Median(ours))} rows/s",
            $"bare loop, groups of 256: {Report.N(Median(peer))} rows/s",
            Median(ours) / Median(peer),
            ">= 0.90");
        Console.WriteLine($"one caller: {Report.N(await JournalAsync(streams, body, 1, 5_000))} commits/s");
    }

    private static async Task<double> BareAsync(CustomerId[] streams, byte[] body)
    {
        var folder = Directory.CreateTempSubdirectory("cdp-bench-");
        double rate;
        using (var loop = await BareLoop.CreateAsync(folder.FullName))
        {
            var random = new Random(7);
            var versions = new long[Streams];
            rate = loop.Insert([.. Enumerable.Range(0, Rows).Select(n =>
            {
                var s = random.Next(Streams);
                return new BareRow(streams[s].Value.ToByteArray(bigEndian: true), ++versions[s], n, body);
            })]);
        }

        folder.Delete(recursive: true);
        return rate;
    }

    private static async Task<double> JournalAsync(CustomerId[] streams, byte[] body, int callers, int rows)
    {
        var folder = Directory.CreateTempSubdirectory("cdp-bench-");
        double rate;
        await using (var journal = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = folder.FullName }, TimeProvider.System))
            rate = await CommitAsync(journal, streams, body, callers, rows);
        folder.Delete(recursive: true);
        return rate;
    }

    /// <summary>Commits units of one row from many callers, and returns how many it did per second.</summary>
    public static async Task<double> CommitAsync(IJournal journal, CustomerId[] streams, byte[] body, int callers, int rows)
    {
        var versions = new long[streams.Length];
        var left = rows;
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        // Each caller has streams of its own, as actors do, and waits for one commit before it sends the next.
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var s = (random.Next(streams.Length / callers) * callers) + caller;
                var append = new StreamAppend(streams[s], versions[s]++, [new JournalEntry(RecordKind.Event, 1, body)]);
                if (await journal.CommitAsync(new UnitOfWork("default", [append], [])) != CommitOutcome.Committed)
                    throw new InvalidOperationException("A conflict.");
            }
        })));
        return rows / System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
