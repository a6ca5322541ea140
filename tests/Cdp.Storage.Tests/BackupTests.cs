using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using Cdp.Testing.Time;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests;

public sealed class BackupTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly TempFolder other = new();
    private readonly FakeClock clock = new();

    public void Dispose()
    {
        folder.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task A_backup_of_a_live_journal_holds_every_commit_before_it()
    {
        await using var journal = await Open(folder);
        await Fill(journal, 1, 300);
        // Commits go on while the copy is made.
        var writing = Fill(journal, 1000, 300);
        var seen = new List<long>();
        var size = await SqliteBackup.CreateAsync(folder.Path, other.File("b.db"), seen.Add);
        await writing;

        Assert.Equal(new FileInfo(other.File("b.db")).Length, size);
        Assert.Equal(size, seen[^1]);
        Assert.Equal([other.File("b.db")], Directory.GetFiles(other.Path));

        using var place = new TempFolder();
        await SqliteBackup.RestoreAsync(other.File("b.db"), place.Path, clock);
        await using var restored = await Open(place);
        Assert.Empty(await restored.CheckAsync());
        for (var n = 1; n <= 300; n++) Assert.NotNull(await restored.LoadAsync(Workspace, Customer(n)));
        Assert.Equal(CommitOutcome.Committed, await restored.CommitAsync(Unit(Customer(1).At(1, Event(2)))));
    }

    [Fact]
    public async Task A_restored_journal_still_knows_erased_identifiers()
    {
        await using (var journal = await Open(folder))
        {
            await journal.CommitAsync(Unit(Customer(1).At(0, Event(1))).With(Link(Email("x"), null, Customer(1), new(Customer(1), 1))));
            await journal.EraseAsync(new(Workspace, [(Customer(1), 1)], [(Email("x"), new Epoch(Customer(1), 1))], 7, true));
            await SqliteBackup.CreateAsync(folder.Path, other.File("b.db"));
        }
        using var place = new TempFolder();
        await SqliteBackup.RestoreAsync(other.File("b.db"), place.Path, clock);
        await using var restored = await Open(place);
        Assert.Equal(new Erasure(7, true), (await restored.OwnersAsync(Workspace, [Email("x")]))[0].Erasure);
    }

    [Fact]
    public async Task Restore_moves_present_files_aside_and_destroys_nothing()
    {
        await using (var journal = await Open(folder)) await Fill(journal, 1, 3);
        await SqliteBackup.CreateAsync(folder.Path, other.File("b.db"));
        await using (var journal = await Open(folder)) await Fill(journal, 10, 3);
        await File.WriteAllTextAsync(folder.File("grid.db-wal"), "not a log");

        var aside = await SqliteBackup.RestoreAsync(other.File("b.db"), folder.Path, clock);

        Assert.Equal([folder.File("grid.db.20260101T000000000Z-wal"), folder.File("grid.db.20260101T000000000Z")], aside);
        await using var restored = await Open(folder);
        Assert.NotNull(await restored.LoadAsync(Workspace, Customer(1)));
        Assert.Null(await restored.LoadAsync(Workspace, Customer(10)));
        Assert.True(File.Exists(other.File("b.db")));

        File.Move(aside[1], other.File("grid.db"));
        await using var before = await Open(other);
        Assert.NotNull(await before.LoadAsync(Workspace, Customer(10)));
    }

    [Fact]
    public async Task Restore_is_refused_while_the_journal_runs()
    {
        await using var journal = await Open(folder);
        await SqliteBackup.CreateAsync(folder.Path, other.File("b.db"));
        await Assert.ThrowsAsync<JournalLockedException>(() => SqliteBackup.RestoreAsync(other.File("b.db"), folder.Path, clock));
        await Fill(journal, 1, 1);
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_and_nothing_is_moved()
    {
        await using (var journal = await Open(folder)) await Fill(journal, 1, 200);
        await SqliteBackup.CreateAsync(folder.Path, other.File("b.db"));
        var bytes = await File.ReadAllBytesAsync(other.File("b.db"));
        var before = Directory.GetFiles(folder.Path).Order().ToList();
        foreach (var damage in new Action<byte[]>[] { static b => b[3] ^= 0xff, static b => b[68] ^= 1, b => Array.Clear(b, b.Length / 2, 4096) })
        {
            var damaged = bytes.ToArray();
            damage(damaged);
            await File.WriteAllBytesAsync(other.File("bad.db"), damaged);
            await Assert.ThrowsAsync<JournalDamagedException>(() => SqliteBackup.RestoreAsync(other.File("bad.db"), folder.Path, clock));
            Assert.Equal(before, Directory.GetFiles(folder.Path).Order());
        }
        await Assert.ThrowsAsync<FileNotFoundException>(() => SqliteBackup.RestoreAsync(other.File("none.db"), folder.Path, clock));
    }

    [Fact]
    public async Task A_backup_never_overwrites_and_leaves_no_part_behind()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => SqliteBackup.CreateAsync(folder.Path, other.File("b.db")));
        await using var journal = await Open(folder);
        await File.WriteAllTextAsync(other.File("b.db"), "mine");
        await Assert.ThrowsAsync<IOException>(() => SqliteBackup.CreateAsync(folder.Path, other.File("b.db")));
        Assert.Equal("mine", await File.ReadAllTextAsync(other.File("b.db")));

        await Fill(journal, 1, 2000);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SqliteBackup.CreateAsync(folder.Path, other.File("c.db"), _ => stop.Cancel(), stop.Token));
        Assert.Equal([other.File("b.db")], Directory.GetFiles(other.Path));
    }

    private Task<SqliteJournal> Open(TempFolder place) => SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = place.Path }, clock);

    private static Task Fill(SqliteJournal journal, int first, int count) => Task.WhenAll(Enumerable.Range(first, count).Select(async n =>
        Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(Unit(Customer(n).At(0, Event(n, new string('x', 700))))))));
}
