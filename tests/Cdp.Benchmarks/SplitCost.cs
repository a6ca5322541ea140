using System.Diagnostics;
using Cdp.Storage.Sqlite;

namespace Cdp.Benchmarks;

/// <summary>Splits of a profile of 10,000 events, durable in SQLite: a merge taken back, and half of its identifiers made a profile of their own.</summary>
internal static class SplitCost
{
    private const int Events = 10_000;
    private const int Rounds = 7;
    private const double LimitMilliseconds = 1_000;

    public static async Task RunAsync(Report report)
    {
        var data = Directory.CreateTempSubdirectory("cdp-bench-");
        await using (var journal = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = data.FullName }, TimeProvider.System))
        {
            var engine = new BenchEngine(journal);
            await MeasureAsync(engine, "warm", byMerge: true);
            foreach (var byMerge in new[] { true, false })
            {
                var times = new List<double>();
                for (var round = 0; round < Rounds; round++) times.Add(await MeasureAsync(engine, $"{byMerge}{round}", byMerge));
                var time = times.Order().ElementAt(Rounds / 2);
                report.Add(
                    $"split of a profile of 10,000 events, durable, {(byMerge ? "by merge, half of the events came after it" : "by identifiers, half of the events move")}",
                    $"{Report.N(time)} ms", $"{Report.N(LimitMilliseconds)} ms", time / LimitMilliseconds, "<= 1.00");
            }
        }

        data.Delete(recursive: true);
    }

    private static async Task<double> MeasureAsync(BenchEngine engine, string person, bool byMerge)
    {
        await engine.SendAsync(engine.Event(0, 0, person));
        await engine.SendAsync(engine.Event(0, 0, person + "x"));
        var merge = await engine.MergeAsync(person, person + "x");
        foreach (var chunk in Enumerable.Range(1, Events / 2).Chunk(500))
        {
            await engine.SendAsync([.. chunk.Select(i => engine.Event(0, i, person))]);
            await engine.SendAsync([.. chunk.Select(i => engine.Event(0, i, person + "x"))]);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        var started = Stopwatch.GetTimestamp();
        var moved = await engine.SplitAsync(person, byMerge ? merge : null, person + "x");
        if (moved < Events / 2) throw new InvalidOperationException($"{moved} events moved.");
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
