using System.Diagnostics;
using System.Globalization;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using Cdp.Storage.Sqlite.Raw;
using Xunit.Abstractions;

namespace Cdp.Storage.Tests;

/// <summary>Runs only when CDP_BENCH is set, in Release: CDP_BENCH=1 dotnet test tests/Cdp.Storage.Tests -c Release --filter ThroughputBench.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BenchFactAttribute : FactAttribute
{
    public BenchFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CDP_BENCH") is null) Skip = "A measurement: set CDP_BENCH=1 and build Release.";
    }
}

public sealed class ThroughputBench(ITestOutputHelper output)
{
    private const int Rows = 200_000, Streams = 100_000, GroupRows = 256, Callers = 1024;
    private static readonly byte[] Body = MakeBody();

    [BenchFact]
    public async Task Commits_reach_nine_tenths_of_a_bare_loop()
    {
        var bare = new List<double>();
        var journal = new List<double>();
        // Alternating, so that a noisy neighbour hits both.
        for (var round = 0; round < 3; round++)
        {
            bare.Add(await BareAsync());
            journal.Add(await JournalAsync(Callers));
        }
        Report("bare loop", bare);
        Report($"CommitAsync, {Callers} callers", journal);
        Report("CommitAsync, 256 callers", [await JournalAsync(256)]);
        Report("CommitAsync, 1 caller", [await JournalAsync(1, 10_000)]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio of medians {Median(journal) / Median(bare):F2}"));
        Assert.True(Median(journal) >= 0.9 * Median(bare));
    }

    [BenchFact]
    public async Task Loads_of_streams_that_are_not_in_memory()
    {
        using var folder = new TempFolder();
        await using var journal = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = folder.Path }, TimeProvider.System);
        var ids = MakeIds().Take(20_000).ToArray();
        var entries = Enumerable.Repeat(new JournalEntry(RecordKind.Event, 1, Body), 10).ToArray();
        await Task.WhenAll(ids.Select(id => journal.CommitAsync(new UnitOfWork("default", [new StreamAppend(id, 0, entries)], [])).AsTask()));
        await journal.SaveSnapshotsAsync("default", [.. ids.Select(id => new StoredSnapshot(id, 5, new byte[2000]))]);
        new Random(3).Shuffle(ids);
        var clock = Stopwatch.StartNew();
        foreach (var id in ids) Assert.Equal(5, (await journal.LoadAsync("default", id))!.Tail.Count);
        Report("LoadAsync, snapshot of 2,000 bytes and 5 rows, one after the other", [ids.Length / clock.Elapsed.TotalSeconds]);
    }

    private static async Task<double> BareAsync()
    {
        using var folder = new TempFolder();
        var options = new SqliteJournalOptions { Directory = folder.Path };
        await (await SqliteJournal.OpenAsync(options, TimeProvider.System)).DisposeAsync();
        using var database = Database.Open(folder.File("grid.db"), writable: true);
        database.Execute("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=4096");
        _ = database.Text("PRAGMA journal_mode=WAL");
        var body = database.Prepare("INSERT INTO bodies(id, body) VALUES (?1, ?2)");
        var row = database.Prepare("INSERT INTO journal(workspace, stream, version, time, kind, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        var ids = MakeIds();
        var versions = new long[Streams];
        var random = new Random(7);
        var clock = Stopwatch.StartNew();
        for (var n = 0; n < Rows;)
        {
            database.Execute("BEGIN IMMEDIATE");
            for (var i = 0; i < GroupRows && n < Rows; i++, n++)
            {
                var s = random.Next(Streams);
                body.Bind(1, n + 1).Bind(2, Body).Run();
                row.Bind(1, "default").Bind(2, ids[s]).Bind(3, ++versions[s]).Bind(4, n).Bind(5, 1).Bind(6, n + 1).Run();
            }
            database.Execute("COMMIT");
        }
        return Rows / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> JournalAsync(int callers, int rows = Rows)
    {
        using var folder = new TempFolder();
        await using var journal = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = folder.Path }, TimeProvider.System);
        var ids = MakeIds();
        var versions = new long[Streams];
        var left = rows;
        var clock = Stopwatch.StartNew();
        // Each caller has streams of its own, as actors do, and waits for one commit before it sends the next.
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var s = (random.Next(Streams / callers) * callers) + caller;
                var entry = new JournalEntry(RecordKind.Event, 1, Body);
                var unit = new UnitOfWork("default", [new StreamAppend(ids[s], versions[s]++, [entry])], []);
                if (await journal.CommitAsync(unit) != CommitOutcome.Committed) throw new InvalidOperationException("A conflict.");
            }
        })));
        return rows / clock.Elapsed.TotalSeconds;
    }

    private static CustomerId[] MakeIds()
    {
        var random = new Random(1);
        var ids = new CustomerId[Streams];
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < ids.Length; i++)
        {
            random.NextBytes(bytes);
            var ms = 1_700_000_000_000L + i;
            for (var b = 0; b < 6; b++) bytes[b] = (byte)(ms >> (40 - (8 * b)));
            ids[i] = new CustomerId(new Guid(bytes, bigEndian: true));
        }
        return ids;
    }

    private static byte[] MakeBody()
    {
        var body = new byte[500];
        new Random(2).NextBytes(body);
        return body;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private void Report(string what, List<double> values) => output.WriteLine(
        $"{what}: {string.Join(", ", values.Select(static v => v.ToString("F0", CultureInfo.InvariantCulture)))} per s");
}
