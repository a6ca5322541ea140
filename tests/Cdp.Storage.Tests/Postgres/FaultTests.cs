using Cdp.Core.Journal;
using Cdp.Storage.Postgres;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>Connections that end at bad moments, on a server that lives on.</summary>
public sealed class FaultTests : PostgresTest
{
    [PostgresTheory]
    [InlineData(AtCommit.CutBefore)]
    [InlineData(AtCommit.CutAfter)]
    public async Task A_connection_lost_at_commit_is_an_unknown_outcome_that_an_append_at_the_same_version_resolves(AtCommit fault)
    {
        await using var proxy = new CommitProxy(Database);
        await using var journal = await OpenAsync(new() { ConnectionString = proxy.ConnectionString });
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 0));
        proxy.Next = fault;

        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => Commit(journal, 1));

        Assert.Equal(1, proxy.Met);
        Assert.Equal(fault == AtCommit.CutAfter ? CommitOutcome.Conflict : CommitOutcome.Committed, await Commit(journal, 1));
        Assert.Equal(2, (await journal.LoadAsync(Workspace, Customer(1)))!.Tail.Count);
    }

    [PostgresTheory]
    [InlineData(AtCommit.CutBefore)]
    [InlineData(AtCommit.CutAfter)]
    public async Task An_unknown_erasure_is_resolved_in_the_same_way(AtCommit fault)
    {
        await using var proxy = new CommitProxy(Database);
        await using var journal = await OpenAsync(new() { ConnectionString = proxy.ConnectionString });
        await Commit(journal, 0);
        proxy.Next = fault;
        var erase = new EraseUnit(Workspace, [(Customer(1), 1)], [], 5, false);

        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(async () => await journal.EraseAsync(erase));

        Assert.Equal(fault == AtCommit.CutAfter ? CommitOutcome.Conflict : CommitOutcome.Committed, await journal.EraseAsync(erase));
        Assert.Equal(RecordKind.Erased, Assert.Single((await journal.LoadAsync(Workspace, Customer(1)))!.Tail).Kind);
    }

    [PostgresFact]
    public async Task A_process_that_falls_silent_with_rows_locked_holds_others_up_for_a_bounded_time_only()
    {
        await using var proxy = new CommitProxy(Database);
        await using var other = await OpenAsync();
        await Commit(other, 0);
        await using var silent = await OpenAsync(new() { ConnectionString = proxy.ConnectionString, StatementTimeout = TimeSpan.FromSeconds(3) });
        proxy.Next = AtCommit.Hold;
        var lost = Commit(silent, 1);
        await Eventually.TrueAsync("the commit is on its way", Patience, () => proxy.Met == 1);

        Assert.Equal(CommitOutcome.Committed, await Commit(other, 1));

        proxy.Release();
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => lost);
        Assert.Equal(CommitOutcome.Conflict, await Commit(silent, 1));
    }

    [PostgresFact]
    public async Task Sessions_that_an_operator_ends_lose_nothing()
    {
        await using var journal = await OpenAsync(new() { ConnectionString = Database, RetryFor = TimeSpan.FromSeconds(60) });
        var load = new Load(journal, callers: 20);
        load.Start();
        for (var i = 0; i < 30; i++)
        {
            var before = load.Committed;
            await Eventually.TrueAsync("commits go on", Patience, () => load.Committed >= before + 20);
            await EndSessionsAsync();
        }
        await load.CheckAsync();
        // What was not in its COMMIT was done again without a word.
        Assert.Equal(0, load.Unavailable);
    }

    [PostgresFact]
    public async Task A_row_that_stays_locked_fails_what_needs_it_and_nothing_of_that_is_durable()
    {
        await using var journal = await OpenAsync(new() { ConnectionString = Database, StatementTimeout = TimeSpan.FromSeconds(1), RetryFor = TimeSpan.Zero });
        await Commit(journal, 0);
        await using (var blocker = await ConnectAsync())
        {
            await blocker.RunAsync("BEGIN; SELECT 1 FROM streams FOR UPDATE");
            await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 1));
            await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.EraseAsync(new(Workspace, [(Customer(1), 1)], [], 5, false)));
            Assert.Single((await journal.LoadAsync(Workspace, Customer(1)))!.Tail);
        }
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1));
    }

    [PostgresFact]
    public async Task A_server_that_turned_read_only_is_left_for_one_that_is_not()
    {
        await using var journal = await OpenAsync(new() { ConnectionString = Database, RetryFor = TimeSpan.Zero });
        await Commit(journal, 0);
        await DemoteAsync();
        var e = await Assert.ThrowsAsync<JournalUnavailableException>(() => Commit(journal, 1));
        Assert.Contains("read-only", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, "s")]));
        Assert.NotNull(await journal.LoadAsync(Workspace, Customer(1)));

        // No session is ended now: those that were refused have been given up, so that the next ones are new.
        await Server.ExecuteAsync($"ALTER DATABASE {DatabaseName} SET default_transaction_read_only=off");
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 1));
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, "s")]);
    }

    [PostgresFact]
    public async Task An_erasure_waits_for_a_reader_of_an_older_state_and_a_start_finishes_it()
    {
        await using (var reader = await ConnectAsync())
        {
            await using var journal = await OpenAsync(new() { ConnectionString = Database, EraseWait = TimeSpan.Zero });
            await Commit(journal, 0);
            await reader.RunAsync("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM journal");
            await Assert.ThrowsAsync<UnknownCommitOutcomeException>(async () => await journal.EraseAsync(new(Workspace, [(Customer(1), 1)], [], 9, false)));
            Assert.Equal(RecordKind.Erased, Assert.Single((await journal.LoadAsync(Workspace, Customer(1)))!.Tail).Kind);
            Assert.Equal(1L, await ReadAsync<long>("SELECT count(*) FROM unvacuumed"));
        }
        await Server.ExecuteAsync("CREATE EXTENSION pgstattuple", Database);
        Assert.Equal(1L, await ReadAsync<long>(DeadRows));
        await using var again = await OpenAsync();
        await Eventually.TrueAsync("the start finishes it", Patience, async () => await ReadAsync<long>("SELECT count(*) FROM unvacuumed") == 0);
        Assert.Equal(0L, await ReadAsync<long>(DeadRows));
    }

    [PostgresFact]
    public async Task After_an_erasure_no_dead_row_is_left()
    {
        await Server.ExecuteAsync("CREATE EXTENSION pgstattuple", Database);
        await using var journal = await OpenAsync();
        var (stream, id) = (Customer(1), Email("x"));
        await journal.CommitAsync(Unit(stream.At(0, Event(1, new string('x', 20_000)), Event(2))).With(Link(id, null, stream, new(stream, 2))));
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(stream, 2, "state")]);
        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new(Workspace, [(stream, 2)], [(id, new(stream, 2))], 9, false)));
        Assert.Equal(0L, await ReadAsync<long>(DeadRows));
        Assert.Equal((1L, 0L, 0L), (await ReadAsync<long>("SELECT count(*) FROM journal"), await ReadAsync<long>("SELECT count(*) FROM identifiers"), await ReadAsync<long>("SELECT count(*) FROM profiles")));
    }

    private const string DeadRows = """
        SELECT sum((pgstattuple(oid)).dead_tuple_count)::bigint FROM pg_class
        WHERE relkind='r' AND (relname ~ '^journal_' OR relname IN ('identifiers', 'profiles'))
        """;

    private string DatabaseName => new Npgsql.NpgsqlConnectionStringBuilder(Database).Database!;

    private static Task<CommitOutcome> Commit(PostgresJournal journal, long expected) =>
        journal.CommitAsync(Unit(Customer(1).At(expected, Event(1)))).AsTask();

    /// <summary>New sessions may only read, and those of now are ended: what a journal sees when its primary has become a standby.</summary>
    private async Task DemoteAsync()
    {
        await Server.ExecuteAsync($"ALTER DATABASE {DatabaseName} SET default_transaction_read_only=on");
        await EndSessionsAsync();
    }

    private Task EndSessionsAsync() => Server.ExecuteAsync(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'cdp journal%' AND datname=current_database()", Database);
}
