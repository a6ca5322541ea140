using System.Diagnostics;
using Cdp.Storage.Sqlite;

namespace Cdp.Benchmarks;

/// <summary>The cost of one merge, durable in SQLite, of two large profiles against two small ones.</summary>
internal static class MergeCost
{
    private const int Pairs = 15;

    public static async Task RunAsync(Report report)
    {
        var data = Directory.CreateTempSubdirectory("cdp-bench-");
        await using (var journal = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = data.FullName }, TimeProvider.System))
        {
            var engine = new BenchEngine(journal);
            await MeasureAsync(engine, "warm", 10);
            var small = await MeasureAsync(engine, "small", 10);
            var large = await MeasureAsync(engine, "large", 10_000);
            report.Add(
                "merge of two profiles of 10,000 events each, durable", $"{Report.N(large)} ms", $"of 10 events each: {Report.N(small)} ms", large / small, "<= 3.00");
        }

        data.Delete(recursive: true);
    }

    private static async Task<double> MeasureAsync(BenchEngine engine, string name, int events)
    {
        var times = new List<double>();
        for (var pair = 0; pair < Pairs; pair++)
        {
            // The user id anchors one profile; the other is known by an anonymous id until the merging event carries both.
            var person = $"{name}{pair}";
            foreach (var chunk in Enumerable.Range(0, events).Chunk(500))
            {
                await engine.SendAsync([.. chunk.Select(i => engine.Event(0, i, person))]);
                await engine.SendAsync([.. chunk.Select(i => engine.Anonymous(i, person))]);
            }

            var merging = engine.Anonymous(events, person, person);
            // What the flood before has left behind is not the merge's cost.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var started = Stopwatch.GetTimestamp();
            await engine.SendAsync(merging);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times.Order().ElementAt(Pairs / 2);
    }
}
