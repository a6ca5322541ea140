using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using Cdp.Testing.Sqlite;
using SQLitePCL;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Faults;

/// <summary>One fault of the disk at a time, and what callers see of it.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly FaultDisk disk;

    public FaultTests() => disk = FaultVfs.Attach(folder.Path);

    public void Dispose()
    {
        disk.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_full_disk_fails_clearly_and_work_goes_on_when_there_is_room()
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        Fail(DiskOperation.Write, Fault.DiskFull(bytes: 1000));
        var e = await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 2, 0, size: 100_000));
        Assert.Contains("disk is full", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalUnavailableException>(async () =>
            await journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, new string('s', 100_000))]));
        Assert.Null(await journal.LoadAsync(Workspace, Customer(2)));

        Recover();
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 2, 0, size: 100_000));
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 1));
        Assert.Empty(await journal.CheckAsync());
    }

    [Fact]
    public async Task A_read_only_file_fails_clearly_and_reads_go_on()
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        Fail(DiskOperation.Write, new Fault(raw.SQLITE_READONLY));
        var e = await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 1, 1));
        Assert.Contains("cannot be written", e.Message, StringComparison.Ordinal);
        Assert.NotNull(await journal.LoadAsync(Workspace, Customer(1)));

        Recover();
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 1));
    }

    [Fact]
    public async Task A_locked_file_is_waited_for_and_then_fails_clearly()
    {
        await using var journal = await Open();
        FailNext(DiskFileKind.Main, DiskOperation.Lock, Fault.Busy, calls: 10);
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 0));

        Fail(DiskOperation.Lock, Fault.Busy);
        var e = await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 1, 1));
        Assert.Contains("Another process", e.Message, StringComparison.Ordinal);
        Recover();
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 1));
    }

    [Fact]
    public async Task A_lock_that_somebody_holds_for_a_moment_does_not_keep_the_journal_from_starting()
    {
        await using (var journal = await Open()) await Commit(journal, 1, 0);
        FailNext(DiskFileKind.Main, DiskOperation.Lock, Fault.Busy, calls: 10);
        await using var again = await Open();
        Assert.Equal(CommitOutcome.Committed, await Commit(again, 1, 1));
    }

    [Theory]
    [InlineData(FaultEffect.Nothing)]
    [InlineData(FaultEffect.All)]
    [InlineData(FaultEffect.Loss)]
    public async Task A_failed_fsync_is_an_unknown_outcome_that_an_append_at_the_same_version_resolves(FaultEffect effect)
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        FailNext(DiskFileKind.Log, DiskOperation.Sync, Fault.SyncFailed(effect));

        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => Commit(journal, 1, 1));

        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 1));
        Assert.Equal(2, (await journal.LoadAsync(Workspace, Customer(1)))!.Tail.Count);
        Assert.Empty(await journal.CheckAsync());
    }

    [Fact]
    public async Task A_commit_of_unknown_outcome_that_is_found_in_the_log_happened()
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        // As long as no sync works the writer cannot tidy up when it closes, so that it finds the log again as the commit left it.
        Fail(DiskOperation.Sync, Fault.SyncFailed(FaultEffect.All));
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => Commit(journal, 1, 1));
        Recover();

        Assert.Equal(CommitOutcome.Conflict, await Commit(journal, 1, 1));
        Assert.Equal(2, (await journal.LoadAsync(Workspace, Customer(1)))!.Tail.Count);
        Assert.Empty(await journal.CheckAsync());
    }

    [Fact]
    public async Task After_any_later_answer_a_power_cut_does_not_bring_an_unknown_commit_back()
    {
        using var images = new TempFolder();
        await using (var journal = await Open())
        {
            await Commit(journal, 1, 0);
            // An open reader: the log's index lives on while the writer opens its connection again.
            Assert.NotNull(await journal.LoadAsync(Workspace, Customer(1)));
            FailNext(DiskFileKind.Log, DiskOperation.Sync, Fault.SyncFailed(FaultEffect.All));
            await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => Commit(journal, 1, 1));
            // Writes nothing itself, and says that version 2 does not exist.
            Assert.Equal(CommitOutcome.Conflict, await Commit(journal, 1, 2));
            disk.Cut(images.File("after"), seed: 1);
        }
        await using var found = await Open(new() { Directory = images.File("after") });
        Assert.Single((await found.LoadAsync(Workspace, Customer(1)))!.Tail);
    }

    [Fact]
    public async Task Memory_that_runs_out_in_a_commit_leaves_its_outcome_unknown()
    {
        await using var journal = await Open();
        // Where it does: the log's index grows after the frames were written.
        FailNext(DiskFileKind.Log, DiskOperation.Sync, new Fault(raw.SQLITE_NOMEM, FaultEffect.All));
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => Commit(journal, 1, 0));
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1, 0));
    }

    [Fact]
    public async Task An_unknown_erasure_is_resolved_in_the_same_way()
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        Fail(DiskOperation.Sync, Fault.SyncFailed(FaultEffect.All));
        var erase = new EraseUnit(Workspace, [(Customer(1), 1)], [], 5, false);
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(async () => await journal.EraseAsync(erase));
        Recover();
        // Whether it is found in the log depends on who has the log's index open when the writer opens it again; done it is either way, and once.
        await journal.EraseAsync(erase);
        Assert.Equal(CommitOutcome.Conflict, await journal.EraseAsync(erase));
        Assert.Equal([(2L, RecordKind.Erased)], (await journal.LoadAsync(Workspace, Customer(1)))!.Tail.Select(static r => (r.Version, r.Kind)));
        Assert.Empty(await journal.CheckAsync());
    }

    [Fact]
    public async Task While_the_file_cannot_be_opened_again_nothing_is_durable_and_then_all_is_well()
    {
        await using var journal = await Open();
        await Commit(journal, 1, 0);
        disk.Plan = static call => call.Operation switch
        {
            DiskOperation.Sync => Fault.SyncFailed(FaultEffect.Nothing),
            DiskOperation.Open => Fault.CannotOpen,
            _ => null,
        };
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => Commit(journal, 1, 1));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 2, 0));
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.VacuumAsync());

        Recover();
        // No sync worked, so that the unknown one is found in the log.
        Assert.Equal(CommitOutcome.Conflict, await Commit(journal, 1, 1));
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 2, 0));
    }

    [Fact]
    public async Task A_poisoned_unit_fails_alone()
    {
        using var gate = new ManualResetEventSlim();
        await using var journal = await Open();
        // The first group holds the writer up, so that all that follows is one group.
        disk.Plan = call =>
        {
            if (call.Operation == DiskOperation.Lock) gate.Wait();
            return null;
        };
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
        disk.Plan = call =>
        {
            if (call.Operation != DiskOperation.Lock) return null;
            entered.Set();
            gate.Wait();
            return null;
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

    private Task<SqliteJournal> Open(SqliteJournalOptions? options = null) =>
        SqliteJournal.OpenAsync(options ?? new() { Directory = folder.Path }, TimeProvider.System);

    private static Task<CommitOutcome> Commit(SqliteJournal journal, int customer, long expected, int size = 10) =>
        journal.CommitAsync(Unit(Customer(customer).At(expected, Event(1, new string('x', size))))).AsTask();

    private void Fail(DiskOperation operation, Fault fault) => disk.Plan = call => call.Operation == operation ? fault : null;

    private void FailNext(DiskFileKind file, DiskOperation operation, Fault fault, int calls = 1) =>
        disk.Plan = call => call.File == file && call.Operation == operation && call.Number < calls ? fault : null;

    private void Recover() => disk.Plan = static _ => null;
}
