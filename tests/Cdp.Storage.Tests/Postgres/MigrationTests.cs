using Cdp.Core.Definitions;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Postgres;
using Cdp.Storage.Postgres.Migration;
using Cdp.Storage.Sqlite;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Postgres;

public sealed class MigrationTests : PostgresTest, IDisposable
{
    // More than a batch of the journal, so that there is something to go on with.
    private const int Customers = 700;
    private const int Events = 60;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [PostgresFact]
    public async Task Everything_moves_and_means_the_same()
    {
        await using (var source = await OpenFileAsync()) await FillAsync(source);
        var seen = new List<MigrationProgress>();

        var report = await MigrateAsync(seen.Add);

        Assert.Equal(
            [
                "identifiers", "erasures", "journal", "profiles", "definitions", "definition_changes", "due", "memberships", "audience_sizes", "feed", "outbox",
                "deliveries", "streams",
            ],
            report.Select(static r => r.Table));
        Assert.All(report, static r => Assert.True(r.Rows > 0, r.Table));
        // One of them is in the other workspace.
        Assert.Equal(Customers + 4, report[^1].Rows);
        Assert.Contains(seen, static p => p is { Table: "journal", IsCheck: false } && p.Rows > 0 && p.Rows < p.TotalRows);
        Assert.All(seen, static p => Assert.InRange(p.Rows, 0, p.TotalRows));
        await using var file = await OpenFileAsync();
        await using var database = await OpenAsync();
        foreach (var stream in Enumerable.Range(1, Customers + 3).Select(Customer)) Assert.Equal(await SeenAsync(file, stream), await SeenAsync(database, stream));
        Identifier[] ids = [Email("1"), Email("700"), new("user_id", "Ünï✓\0"), Email("erased"), Email("nobody")];
        Assert.Equal(await file.OwnersAsync(Workspace, ids), await database.OwnersAsync(Workspace, ids));
        Assert.Equal(new Erasure(77, true), (await database.OwnersAsync(Workspace, [Email("erased")]))[0].Erasure);
        Assert.NotNull(await database.LoadAsync("other", Customer(1)));
        Assert.Equal(await DefinitionsAsync(file), await DefinitionsAsync(database));
        await GridIsSameAsync(file, database);
        // Work goes on where it was: a definition counts on, a trimmed stream knows its version, a terminal one its end.
        var next = await database.WriteAsync(new(Workspace, "audience", "vip", "{}"u8.ToArray(), 8, "key:1", ExpectedVersion: 2));
        Assert.Equal((DefinitionStatus.Written, 3L, 3L), (next.Status, next.Latest!.Version, next.Latest.Change));
        Assert.Equal(CommitOutcome.Committed, await database.CommitAsync(Unit(Customer(Customers + 1).At(2, Event(9)))));
        Assert.Equal(CommitOutcome.Conflict, await database.CommitAsync(Unit(Customer(Customers + 2).At(2, Event(9)))));
        Assert.Equal(CommitOutcome.Conflict, await database.CommitAsync(Unit(Customer(Customers + 3).At(2, Event(9)))));
        Assert.Equal(CommitOutcome.Committed, await database.CommitAsync(Unit(Customer(1).At(Events, Event(9)))));
    }

    /// <summary>Ended behind every batch in turn, as a killed process is: the mark is with the rows or neither is there.</summary>
    [PostgresFact]
    public async Task A_migration_that_was_ended_goes_on_where_it_was()
    {
        await using (var source = await OpenFileAsync()) await FillAsync(source);
        var (runs, before) = (0, 0L);
        while (true)
        {
            var last = new MigrationProgress("", false, 0, 0);
            try
            {
                await MigrateAsync(p =>
                {
                    if (!p.IsCheck && p.Table == last.Table && p.Rows > last.Rows) throw new EndedException();
                    last = p;
                });
                break;
            }
            catch (JournalUnavailableException)
            {
                runs++;
                var rows = await ReadAsync<long>("SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM identifiers) + (SELECT count(*) FROM profiles) + (SELECT count(*) FROM erasures) + (SELECT count(*) FROM definitions) + (SELECT count(*) FROM definition_changes) + (SELECT count(*) FROM due) + (SELECT count(*) FROM memberships) + (SELECT count(*) FROM audience_sizes) + (SELECT count(*) FROM feed) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM deliveries)");
                Assert.True(rows > before);
                before = rows;
                await Assert.ThrowsAsync<JournalUnavailableException>(() => OpenAsync());
            }
        }
        // A batch of each small table, and three of the journal.
        Assert.Equal(14, runs);
        await using var database = await OpenAsync();
        Assert.Equal(Events, (await database.LoadAsync(Workspace, Customer(5)))!.Tail.Count);
    }

    [PostgresFact]
    public async Task A_connection_that_is_ended_is_a_clear_error_and_the_next_run_goes_on()
    {
        await using (var source = await OpenFileAsync()) await FillAsync(source);
        var isEnded = false;
        await Assert.ThrowsAsync<JournalUnavailableException>(() => MigrateAsync(p =>
        {
            if (isEnded || p is not { Table: "journal", Rows: > 0 }) return;
            isEnded = true;
            Server.ExecuteAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'cdp%' AND datname=current_database()", Database).Wait();
        }));
        Assert.True(await ReadAsync<long>("SELECT count(*) FROM journal") > 0);
        Assert.Equal(13, (await MigrateAsync(static _ => { })).Count);
    }

    [PostgresFact]
    public async Task A_database_that_holds_something_is_refused_and_left_alone()
    {
        await using (var source = await OpenFileAsync()) await source.CommitAsync(Unit(Customer(1).At(0, Event(1))));
        await using (var journal = await OpenAsync()) await journal.CommitAsync(Unit(Customer(9).At(0, Event(1))));
        await Assert.ThrowsAsync<MigrationRefusedException>(() => MigrateAsync(static _ => { }));
        Assert.Equal(1L, await ReadAsync<long>("SELECT count(*) FROM journal"));
        await using var again = await OpenAsync();
        Assert.NotNull(await again.LoadAsync(Workspace, Customer(9)));
    }

    [PostgresFact]
    public async Task A_finished_migration_is_not_done_twice_and_another_file_does_not_go_on_with_it()
    {
        await using (var source = await OpenFileAsync()) await source.CommitAsync(Unit(Customer(1).At(0, Event(1))));
        using var other = new TempFolder();
        await using (var source = await SqliteJournal.OpenAsync(new() { Directory = other.Path }, TimeProvider.System))
            await source.CommitAsync(Unit(Customer(2).At(0, Event(1))));

        await Assert.ThrowsAsync<JournalUnavailableException>(() => MigrateAsync(static p =>
        {
            if (p is { Table: "journal", Rows: 1 }) throw new EndedException();
        }));
        await Assert.ThrowsAsync<MigrationRefusedException>(() => SqliteMigration.RunAsync(other.Path, Database, TimeProvider.System, static _ => { }));
        await MigrateAsync(static _ => { });
        await Assert.ThrowsAsync<MigrationRefusedException>(() => MigrateAsync(static _ => { }));
        Assert.Equal(1L, await ReadAsync<long>("SELECT count(*) FROM journal"));
    }

    [PostgresTheory]
    [InlineData("UPDATE journal SET body='x' WHERE version=30", "digest")]
    [InlineData("DELETE FROM identifiers WHERE value=(SELECT value FROM identifiers LIMIT 1)", "rows")]
    [InlineData("INSERT INTO erasures VALUES ('default', '\\x00', 1, true)", "rows")]
    [InlineData("UPDATE streams SET version=version+1", "digest")]
    public async Task What_differs_is_found_and_the_database_stays_closed(string damage, string finding)
    {
        await using (var source = await OpenFileAsync()) await FillAsync(source);
        var isDone = false;
        var e = await Assert.ThrowsAsync<MigrationRefusedException>(() => MigrateAsync(p =>
        {
            if (isDone || !p.IsCheck) return;
            isDone = true;
            Server.ExecuteAsync(damage, Database).Wait();
        }));
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalUnavailableException>(() => OpenAsync());
    }

    [PostgresFact]
    public async Task A_server_that_runs_keeps_its_file()
    {
        await using var source = await OpenFileAsync();
        await Assert.ThrowsAsync<JournalLockedException>(() => MigrateAsync(static _ => { }));
        using var empty = new TempFolder();
        await Assert.ThrowsAsync<FileNotFoundException>(() => SqliteMigration.RunAsync(empty.Path, Database, TimeProvider.System, static _ => { }));
        Assert.Empty(Directory.GetFiles(empty.Path));
    }

    private Task<SqliteJournal> OpenFileAsync() => SqliteJournal.OpenAsync(new() { Directory = folder.Path }, TimeProvider.System);

    private Task<IReadOnlyList<MigratedRows>> MigrateAsync(Action<MigrationProgress> progress) =>
        SqliteMigration.RunAsync(folder.Path, Database, TimeProvider.System, progress);

    private static async Task FillAsync(SqliteJournal journal)
    {
        await Task.WhenAll(Enumerable.Range(1, Customers).Select(async n =>
        {
            var stream = Customer(n);
            await journal.CommitAsync(Unit(stream.At(0, [.. Enumerable.Range(1, Events).Select(v => Event(v, v % 7 == 0 ? "" : $"customer {n} event {v}"))]))
                .With(Link(Email($"{n}"), null, stream, new(stream, 1))));
            if (n % 3 == 0) await journal.SaveSnapshotsAsync(Workspace, [Snapshot(stream, n % 9 == 0 ? Events : 10, $"state {n}")]);
        }));
        // A stream without records but for its snapshot, one that was absorbed, and one that was erased.
        var (trimmed, absorbed, erased) = (Customer(Customers + 1), Customer(Customers + 2), Customer(Customers + 3));
        await journal.CommitAsync(Unit(trimmed.At(0, Event(1), Event(2))));
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(trimmed, 2, "")]);
        Assert.Equal(2, await journal.TrimAsync(Workspace, trimmed, 10));
        await journal.CommitAsync(Unit(absorbed.At(0, Event(1), Entry(RecordKind.MergedInto)))
            .With(Link(new("user_id", "Ünï✓\0"), null, absorbed, new(absorbed, 2))));
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(absorbed, 2, "last")]);
        await journal.CommitAsync(Unit(erased.At(0, Event(1))).With(Link(Email("erased"), null, erased, new(erased, 1))));
        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new(Workspace, [(erased, 1)], [(Email("erased"), new(erased, 1))], 77, true)));
        await journal.CommitAsync(Unit(Customer(1).At(0, Event(1))).In("other"));
        await journal.CommitAsync(Unit(Customer(2).At(Events, Entry(RecordKind.Judged, 5))) with
        {
            Index = [new(Customer(2), [new("vip", 3), new("ü", 4)], 99, 5)],
            Feed = [new("vip", Customer(2), 5, "one"u8.ToArray()), new("new", Customer(2), 5, "x"u8.ToArray()), new("vip", Customer(2), 6, "two"u8.ToArray())],
            Outbox = [.. Enumerable.Range(1, 4).Select(static n => new OutboxMessage("webhook", $"{n}", Customer(2), n, "{}"u8.ToArray()))],
        });
        await journal.ClaimDueAsync(100, 1_000, 1);
        await journal.SettleAsync(Workspace, "webhook",
        [
            new("1", 1, 7, 3, DeliveryStatus.Failed, 500, "http_500", 50), new("2", 9, 8, 3, DeliveryStatus.Dead, null, "timeout", null),
            new("3", 1, 9, 3, DeliveryStatus.Delivered, 200, null, null),
        ]);
        await journal.WriteAsync(new(Workspace, "audience", "vip", "{\"ü\":1}"u8.ToArray(), 5, "key:1", "why"));
        await journal.WriteAsync(new(Workspace, "audience", "vip", null, 6, "key:2"));
        await journal.WriteAsync(new("other", "audience", "vip", "{}"u8.ToArray(), 7, "key:1"));
    }

    private static async Task GridIsSameAsync(SqliteJournal file, PostgresJournal database)
    {
        Assert.Equal(Customers + 1, await file.CountCustomersAsync(Workspace));
        Assert.Equal(Customers + 1, await database.CountCustomersAsync(Workspace));
        Assert.Equal(await file.SampleAsync(Workspace, 0, 5), await database.SampleAsync(Workspace, 0, 5));
        Assert.Equal(await file.SizesAsync(Workspace), await database.SizesAsync(Workspace));
        Assert.Equal(await file.MembersAsync(Workspace, "ü", null, 5), await database.MembersAsync(Workspace, "ü", null, 5));
        Assert.Empty(await database.ClaimDueAsync(1_099, 1, 9));
        Assert.Equal(await file.ClaimDueAsync(1_100, 1, 9), await database.ClaimDueAsync(1_100, 1, 9));
        Assert.Equal(await file.QueueAsync(Workspace, "webhook"), await database.QueueAsync(Workspace, "webhook"));
        Assert.Equal(await file.DeliveriesAsync(Workspace, "webhook", null, 9), await database.DeliveriesAsync(Workspace, "webhook", null, 9));
        await database.SettleAsync(Workspace, "webhook", [new("4", 1, 10, 3, DeliveryStatus.Delivered, 200, null, null)]);
        Assert.Equal("4", (await database.DeliveriesAsync(Workspace, "webhook", null, 9))[0].Id);

        // A place that the file gave away still is one, and what is told now stands behind all that was.
        var before = await file.ReadFeedAsync(Workspace, "vip", FeedPlace.Start, 9);
        Assert.Equal(CommitOutcome.Committed, await database.CommitAsync(Unit(Customer(2).At(Events + 1, Event(9))) with { Feed = [new("vip", Customer(2), 7, "three"u8.ToArray())] }));
        IReadOnlyList<FeedRow> rows = [];
        await Eventually.TrueAsync("the entries are shown", Patience, async () => (rows = await database.ReadFeedAsync(Workspace, "vip", before[0].Place, 9)).Count == 2);
        Assert.Equal((before[1].Place, "two", "three"), (rows[0].Place, rows[0].Body.Text(), rows[1].Body.Text()));
    }

    private static async Task<string> SeenAsync(IJournal journal, CustomerId stream)
    {
        var load = await journal.LoadAsync(Workspace, stream, 0) ?? await journal.LoadAsync(Workspace, stream);
        var tail = load!.Tail.Select(static r => $"{r.Version} {r.Kind} {r.TimeMs} {r.Body.Text()}");
        return $"{load.Snapshot?.Version} {load.Snapshot?.State.Text()}: {string.Join("; ", tail)}";
    }

    private static async Task<IReadOnlyList<string>> DefinitionsAsync(IDefinitions store) =>
    [
        .. (await store.HistoryAsync(Workspace, "audience", "vip", 10)).Concat(await store.ChangesAsync("other", 0))
            .Select(static d => $"{d with { Body = null }} {(d.Body is { } body ? ((ReadOnlyMemory<byte>)body).Text() : null)}"),
        .. (await store.LatestChangesAsync()).OrderBy(static c => c.Key).Select(static c => $"{c}"),
    ];

    private sealed class EndedException : Exception;
}
