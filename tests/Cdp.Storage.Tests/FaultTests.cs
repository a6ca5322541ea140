using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Writing;
using SQLitePCL;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests;

public sealed class FaultTests : IDisposable
{
    private const int IoErrorFsync = raw.SQLITE_IOERR | (4 << 8);

    private readonly TempFolder folder = new();
    private readonly WriterFaults faults = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_full_disk_fails_clearly_and_work_goes_on_when_there_is_room()
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        faults.BeforeBegin = static d => d.Number("PRAGMA max_page_count=1");
        var e = await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 2, 0, size: 100_000));
        Assert.Contains("disk is full", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, new string('s', 100_000))]));
        Assert.Null(await journal.LoadAsync(Workspace, Customer(2)));

        faults.BeforeBegin = static d => d.Number("PRAGMA max_page_count=1000000");
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 2, 0, size: 100_000));
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 1));
        Assert.Empty(await journal.CheckAsync());
    }

    [Fact]
    public async Task A_read_only_file_fails_clearly_and_reads_go_on()
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        faults.BeforeBegin = static d => d.Execute("PRAGMA query_only=ON");
        var e = await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 1, 1));
        Assert.Contains("cannot be written", e.Message, StringComparison.Ordinal);
        Assert.NotNull(await journal.LoadAsync(Workspace, Customer(1)));

        faults.BeforeBegin = static d => d.Execute("PRAGMA query_only=OFF");
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_fsync_is_an_unknown_outcome_that_an_append_at_the_same_version_resolves(bool happened)
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        Inject(happened, IoErrorFsync);

        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => Commit(journal, 1, 1));

        Assert.Equal(happened ? CommitOutcome.Conflict : CommitOutcome.Committed, await Commit(journal, 1, 1));
        Assert.Equal(2, (await journal.LoadAsync(Workspace, Customer(1)))!.Tail.Count);
        Assert.Empty(await journal.CheckAsync());
    }

    [Fact]
    public async Task Memory_that_runs_out_in_a_commit_leaves_its_outcome_unknown()
    {
        await using var journal = await Open();
        Inject(false, SQLitePCL.raw.SQLITE_NOMEM);
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => Commit(journal, 1, 0));
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 0));
    }

    [Fact]
    public async Task An_unknown_erasure_is_resolved_in_the_same_way()
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        Inject(true, IoErrorFsync);
        var erase = new EraseUnit(Workspace, [(Customer(1), 1)], [], 5, false);
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(async () => await journal.EraseAsync(erase));
        Assert.Equal(CommitOutcome.Conflict, await journal.EraseAsync(erase));
    }

    [Fact]
    public async Task A_commit_that_certainly_did_not_happen_is_not_unknown()
    {
        await using var journal = await Open();
        Inject(false, raw.SQLITE_FULL);
        await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 1, 0));
        Inject(false, raw.SQLITE_BUSY);
        await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 1, 0));
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 0));
    }

    [Fact]
    public async Task While_the_file_cannot_be_opened_again_nothing_is_durable_and_then_all_is_well()
    {
        await using var journal = await Open();
        Inject(false, IoErrorFsync);
        faults.BeforeOpen = static () => throw new SqliteFaultException(raw.SQLITE_CANTOPEN);
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => Commit(journal, 1, 0));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 1, 0));
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.VacuumAsync());

        faults.BeforeOpen = null;
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 0));
    }

    [Fact]
    public async Task A_poisoned_unit_fails_alone()
    {
        using var gate = new ManualResetEventSlim();
        await using var journal = await Open();
        // The first group holds the writer up, so that all that follows is one group.
        faults.BeforeBegin = _ => gate.Wait();
        var first = Commit(journal, 1, 0);
        var poisoned = new UnitOfWork(Workspace, [Customer(2).At(0, Event(1))],
            [Link(new("email", "\ud800 is no text"), null, Customer(2), new(Customer(2), 1))]);
        var units = Enumerable.Range(10, 20).Select(n => Commit(journal, n, 0)).ToList();
        var bad = journal.CommitAsync(poisoned).AsTask();
        units.AddRange(Enumerable.Range(40, 20).Select(n => Commit(journal, n, 0)));
        gate.Set();

        Assert.All(await Task.WhenAll(units.Append(first)), static o => Assert.Equal(CommitOutcome.Committed, o));
        var e = await Assert.ThrowsAnyAsync<Exception>(() => bad);
        Assert.DoesNotContain("is no text", e.ToString(), StringComparison.Ordinal);
        Assert.Null(await journal.LoadAsync(Workspace, Customer(2)));
    }

    [Fact]
    public async Task A_full_queue_answers_at_once_and_takes_more_when_it_drained()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        await using var journal = await Open(new() { Directory = folder.Path, QueueMaxUnits = 3, QueueMaxSnapshots = 3 });
        faults.BeforeBegin = _ =>
        {
            entered.Set();
            gate.Wait();
        };
        var waiting = new List<Task<CommitOutcome>> { Commit(journal, 1, 0) };
        entered.Wait();
        for (var n = 2; n <= 4; n++) waiting.Add(Commit(journal, n, 0));
        await Assert.ThrowsAsync<JournalOverloadedException>(() => Commit(journal, 5, 0));
        var snapshots = journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, "a"), Snapshot(Customer(2), 1, "b")]);
        await Assert.ThrowsAsync<JournalOverloadedException>(async () =>
            await journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, "a"), Snapshot(Customer(2), 1, "b")]));
        gate.Set();

        Assert.All(await Task.WhenAll(waiting), static o => Assert.Equal(CommitOutcome.Committed, o));
        await snapshots;
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 5, 0));
    }

    [Fact]
    public async Task An_erasure_waits_for_a_reader_of_an_older_state_and_commits_go_on()
    {
        await using var journal = await Open();
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
        await using var journal = await Open();
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

    private Task<SqliteJournal> Open(SqliteJournalOptions? options = null) =>
        SqliteJournal.OpenAsync(options ?? new() { Directory = folder.Path }, TimeProvider.System, faults);

    private static Task<CommitOutcome> Commit(SqliteJournal journal, int customer, long expected, int size = 10) =>
        journal.CommitAsync(Unit(Customer(customer).At(expected, Event(1, new string('x', size))))).AsTask();

    private void Inject(bool afterCommit, int code)
    {
        int Once()
        {
            faults.AfterCommit = faults.InsteadOfCommit = null;
            return code;
        }

        if (afterCommit) faults.AfterCommit = Once;
        else faults.InsteadOfCommit = Once;
    }
}
