using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests;

/// <summary>A power cut leaves a log that ends anywhere: every commit that was whole before the cut is there, no unit is there in part.</summary>
public sealed class LogCutTests : IDisposable
{
    private const int Commits = 12;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_log_cut_at_any_byte_recovers_all_earlier_commits()
    {
        var ends = new long[Commits + 1];
        await using (var journal = await Open(folder))
        {
            await journal.CommitAsync(Unit(Customer(1000).At(0, Event(1))));
            ends[0] = Log(folder).Length;
            for (var n = 0; n < Commits; n++)
            {
                // Every unit has two streams and an owner, in varying numbers of pages.
                var unit = Unit(Customer(1).At(n, Event(n, new string('x', 10 + (n * 900)))), Customer(2).At(n, Event(n, $"{n}")))
                    .With(Link(Email($"{n}"), null, Customer(1), new(Customer(1), n + 1)));
                Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(unit));
                ends[n + 1] = Log(folder).Length;
            }
            Copy(folder.Path, folder.File("live"));
        }
        var log = await File.ReadAllBytesAsync(Path.Combine(folder.File("live"), "grid.db-wal"));
        // Every frame's edges and its middle; a step that meets all residues of a frame is too slow for every run.
        for (var cut = 0L; cut <= log.Length; cut += 1373) await Check(log, cut, ends);
        foreach (var end in ends) foreach (var cut in new[] { end - 1, end, end + 1, end + 24 }) await Check(log, Math.Min(cut, log.Length), ends);
    }

    private async Task Check(byte[] log, long cut, long[] ends)
    {
        using var place = new TempFolder();
        Copy(folder.File("live"), place.Path);
        await File.WriteAllBytesAsync(place.File("grid.db-wal"), log[..(int)cut]);
        var whole = ends.Skip(1).Count(end => end <= cut);

        await using var journal = await Open(place);
        var one = (await journal.LoadAsync(Workspace, Customer(1)))?.Tail.Count ?? 0;
        var two = (await journal.LoadAsync(Workspace, Customer(2)))?.Tail.Count ?? 0;
        var owned = (await journal.OwnersAsync(Workspace, [.. Enumerable.Range(0, Commits).Select(static n => Email($"{n}"))])).Count(static o => o.Owner is not null);
        Assert.Equal((whole, whole, whole), (one, two, owned));
        Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(Unit(Customer(1).At(whole, Event(1)))));
    }

    private static FileInfo Log(TempFolder folder) => new(folder.File("grid.db-wal"));

    // Not by File.Copy: it takes the lock that the journal holds on Linux, where .NET locks what it reads.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var name in new[] { "grid.db", "grid.db-wal" })
        {
            using var source = new FileStream(Path.Combine(from, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var target = File.Create(Path.Combine(to, name));
            source.CopyTo(target);
        }
    }

    private static Task<SqliteJournal> Open(TempFolder place) => SqliteJournal.OpenAsync(new() { Directory = place.Path }, TimeProvider.System);
}
