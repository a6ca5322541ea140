using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using Cdp.Storage.Sqlite.Raw;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests;

/// <summary>Erasures beside readers of older states, and space that is given back.</summary>
public sealed class MaintenanceTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_erasure_waits_for_a_reader_of_an_older_state_and_commits_go_on()
    {
        await using var journal = await Open(new() { Directory = folder.Path });
        await Commit(journal, 1, 0);
        Task<CommitOutcome> erase;
        using (var reader = Database.Open(folder.File("grid.db"), writable: false))
        {
            reader.Execute("BEGIN");
            Assert.Equal(1, reader.Number("SELECT count(*) FROM journal"));
            erase = journal.EraseAsync(new(Workspace, [(Customer(1), 1)], [], 5, false)).AsTask();
            for (var n = 10; n < 20; n++) Assert.Equal(CommitOutcome.Committed, await Commit(journal, n, 0));
            Assert.False(erase.IsCompleted);
            reader.Execute("COMMIT");
        }
        Assert.Equal(CommitOutcome.Committed, await erase);
        Assert.Equal(0, (await journal.SizesAsync()).LogBytes);
    }

    [Fact]
    public async Task An_erasure_that_cannot_clear_the_log_in_time_says_so()
    {
        await using var journal = await Open(new() { Directory = folder.Path, EraseWait = TimeSpan.Zero });
        await Commit(journal, 1, 0);
        using var reader = Database.Open(folder.File("grid.db"), writable: false);
        reader.Execute("BEGIN");
        Assert.Equal(1, reader.Number("SELECT count(*) FROM journal"));
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(async () =>
            await journal.EraseAsync(new(Workspace, [(Customer(1), 1)], [], 5, false)));
        reader.Execute("COMMIT");
        Assert.Equal(RecordKind.Erased, (await journal.LoadAsync(Workspace, Customer(1)))!.Tail[0].Kind);
    }

    [Fact]
    public async Task Vacuum_gives_space_back()
    {
        await using var journal = await Open(new() { Directory = folder.Path });
        for (var n = 1; n <= 20; n++) await Commit(journal, n, 0, size: 50_000);
        for (var n = 1; n <= 19; n++) await journal.EraseAsync(new(Workspace, [(Customer(n), 1)], [], 5, false));
        var before = await journal.SizesAsync();
        Assert.True(before.FreeBytes > 500_000);
        await journal.VacuumAsync();
        var after = await journal.SizesAsync();
        Assert.True(after.FileBytes < before.FileBytes - 500_000);
        Assert.Equal(0, after.FreeBytes);
        Assert.Empty(await journal.CheckAsync());
    }

    private static Task<SqliteJournal> Open(SqliteJournalOptions options) => SqliteJournal.OpenAsync(options, TimeProvider.System);

    private static Task<CommitOutcome> Commit(SqliteJournal journal, int customer, long expected, int size = 10) =>
        journal.CommitAsync(Unit(Customer(customer).At(expected, Event(1, new string('x', size))))).AsTask();
}
