using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>What becomes of units that share a group: one writer, held up, so that all that comes meanwhile is one transaction.</summary>
public sealed class GroupTests : PostgresTest
{
    [PostgresFact]
    public async Task Units_of_a_group_build_on_each_other_and_a_conflict_fails_alone()
    {
        await using var journal = await OpenAsync(OneLane());
        var (a, b, x) = (Customer(1), Customer(2), Email("x"));
        var outcomes = await InOneGroupAsync(
            journal,
            Unit(a.At(0, Event(1), Event(2))).With(Link(x, null, a, new(a, 1))),
            Unit(a.At(0, Event(3))),
            Unit(a.At(2, Event(3)), b.At(0, Event(1))).With(Link(x, new Epoch(a, 1), b, new(b, 1))),
            Unit(b.At(1, Event(2))).With(Link(x, new Epoch(a, 1), b, new(b, 2))),
            Unit(b.At(1, Entry(RecordKind.Decided))).With(Link(x, new Epoch(b, 1), null, new(b, 2))),
            Unit(a.At(3, Entry(RecordKind.MergedInto))).With(Link(x, null, a, new(a, 4))),
            Unit(a.At(4, Event(5))));

        Assert.Equal([true, false, true, false, true, true, false], outcomes.Select(static o => o == CommitOutcome.Committed));
        Assert.Equal([1, 2, 3, 4], (await journal.LoadAsync(Workspace, a))!.Tail.Select(static r => r.Version));
        Assert.Equal([1, 2], (await journal.LoadAsync(Workspace, b))!.Tail.Select(static r => r.Version));
        Assert.Equal((a, new Epoch(a, 4)), ((await journal.OwnersAsync(Workspace, [x]))[0].Owner, (await journal.OwnersAsync(Workspace, [x]))[0].Epoch!.Value));
        // The same once more over rows that are there already.
        outcomes = await InOneGroupAsync(
            journal,
            Unit(b.At(2, Event(3))).With(Link(x, new Epoch(a, 4), b, new(b, 3))),
            Unit(b.At(3, Event(4))).With(Link(x, new Epoch(b, 3), null, new(b, 4))),
            Unit(a.At(4, Event(5))));
        Assert.Equal([true, true, false], outcomes.Select(static o => o == CommitOutcome.Committed));
        Assert.Null((await journal.OwnersAsync(Workspace, [x]))[0].Owner);
    }

    [PostgresFact]
    public async Task An_identifier_that_is_linked_and_let_go_in_one_group_leaves_no_row()
    {
        await using var journal = await OpenAsync(OneLane());
        var outcomes = await InOneGroupAsync(
            journal,
            Unit(Customer(1).At(0, Event(1))).With(Link(Email("x"), null, Customer(1), new(Customer(1), 1))),
            Unit(Customer(1).At(1, Event(1))).With(Link(Email("x"), new Epoch(Customer(1), 1), null, new(Customer(1), 2))));
        Assert.All(outcomes, static o => Assert.Equal(CommitOutcome.Committed, o));
        Assert.Equal(0L, await ReadAsync<long>("SELECT count(*) FROM identifiers"));
    }

    [PostgresFact]
    public async Task What_units_of_a_group_say_of_the_index_is_taken_in_their_order()
    {
        await using var journal = await OpenAsync(OneLane());
        var (a, b, hour) = (Customer(1), Customer(2), JournalRules.HourMs);
        var outcomes = await InOneGroupAsync(
            journal,
            Unit(a.At(0, Entry(RecordKind.Positioned))) with { Index = [new(a, [new("vip", 1)], 500, 0)], Wakes = [new(b, 70), new(Customer(3), 80)] },
            Unit(a.At(0, Entry(RecordKind.Judged))) with { Index = [new(a, [new("lost", 1)], 1, 0)], Feed = [new("vip", a, 1, "lost"u8.ToArray())] },
            Unit(a.At(1, Entry(RecordKind.Positioned))) with { Superseded = [new(a, 1)], Index = [new(a, [new("new", 2)], 600, hour)], Feed = [new("vip", a, 1, "told"u8.ToArray())] },
            Unit(b.At(0, Event(1))) with { Index = [new(b, [new("vip", 3)], null, 2 * hour)], Wakes = [new(a, 400), new(Customer(3), 90)] });

        Assert.Equal([true, false, true, true], outcomes.Select(static o => o == CommitOutcome.Committed));
        Assert.Equal([new("new", 1), new("vip", 1)], await journal.SizesAsync(Workspace));
        Assert.Equal([new(0, 1), new(hour, 0), new(2 * hour, 1)], await journal.SizeHistoryAsync(Workspace, "vip", 0));
        Assert.Equal([(Customer(3), 80), (a, 400)], (await journal.ClaimDueAsync(1_000, 1, 9)).Select(static d => (d.Stream, d.AtMs)));
        Assert.Equal(2, Assert.Single((await journal.LoadAsync(Workspace, a))!.Tail).Version);
        Assert.Equal(1L, await ReadAsync<long>("SELECT count(*) FROM feed"));

        // One that enters and leaves within a group was never there, but for the hours.
        outcomes = await InOneGroupAsync(
            journal,
            Unit(b.At(1, Event(1))) with { Index = [new(b, [new("vip", 3), new("short", 9)], 5, hour)] },
            Unit(b.At(2, Entry(RecordKind.MergedInto, 3 * hour))));
        Assert.All(outcomes, static o => Assert.Equal(CommitOutcome.Committed, o));
        Assert.Equal(new("new", 1), Assert.Single(await journal.SizesAsync(Workspace)));
        Assert.Equal([new(hour, 1), new(3 * hour, 0)], await journal.SizeHistoryAsync(Workspace, "short", 0));
        var live = await journal.WalkCustomersAsync(Workspace, null, 9);
        Assert.Equal((true, false), (live.Contains(a), live.Contains(b)));
    }

    [PostgresFact]
    public async Task A_unit_that_the_server_refuses_fails_alone_and_is_not_quoted()
    {
        await using var journal = await OpenAsync(OneLane());
        // Longer than an index entry may be, and not to be compressed.
        var random = new Random(5);
        var value = "SECRET" + new string([.. Enumerable.Range(0, 9_000).Select(_ => (char)random.Next('!', '~'))]);
        var bad = Unit(Customer(500).At(0, Event(1))).With(Link(new Identifier("email", value), null, Customer(500), new(Customer(500), 1)));
        var units = Enumerable.Range(1, 60).Select(static n => Unit(Customer(n).At(0, Event(1)))).ToList();
        units.Insert(37, bad);
        var tasks = await HoldAsync(journal, [.. units]);

        var e = await Assert.ThrowsAsync<JournalUnavailableException>(() => tasks[37]);
        Assert.DoesNotContain("SECRET", e.ToString(), StringComparison.Ordinal);
        tasks.RemoveAt(37);
        Assert.All(await Task.WhenAll(tasks), static o => Assert.Equal(CommitOutcome.Committed, o));
        Assert.Null(await journal.LoadAsync(Workspace, Customer(500)));
        Assert.DoesNotContain("SECRET", await Server.LogAsync(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Text_that_cannot_be_stored_is_refused_before_it_is_queued()
    {
        await using var journal = await OpenAsync();
        var stream = Customer(1);
        foreach (var bad in new[]
        {
            Link(new("email", "\ud800 is no text"), null, stream, new(stream, 1)), Link(new("e\0", "x"), null, stream, new(stream, 1)),
            Link(Email("x"), null, stream, new(stream, 1)) with { Source = "a\0b" },
        })
        {
            var e = await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.CommitAsync(Unit(stream.At(0, Event(1))).With(bad)));
            Assert.DoesNotContain("is no text", e.ToString(), StringComparison.Ordinal);
        }
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.CommitAsync(Unit(stream.At(0, Event(1))).In("a\0b")));
    }

    [PostgresFact]
    public async Task A_full_queue_answers_at_once_and_takes_more_when_it_drained()
    {
        await using var journal = await OpenAsync(new() { ConnectionString = Database, WriteConnections = 1, QueueMaxUnits = 3, QueueMaxSnapshots = 3 });
        await using var blocker = await ConnectAsync();
        await blocker.RunAsync("BEGIN; LOCK TABLE streams");
        var waiting = new List<Task<CommitOutcome>> { Commit(journal, 1) };
        await BlockedAsync(1);
        for (var n = 2; n <= 4; n++) waiting.Add(Commit(journal, n));
        await Assert.ThrowsAsync<JournalOverloadedException>(() => Commit(journal, 5));
        var snapshots = journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, "a"), Snapshot(Customer(2), 1, "b")]);
        await Assert.ThrowsAsync<JournalOverloadedException>(async () =>
            await journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, "a"), Snapshot(Customer(2), 1, "b")]));
        await blocker.RunAsync("ROLLBACK");

        Assert.All(await Task.WhenAll(waiting), static o => Assert.Equal(CommitOutcome.Committed, o));
        await snapshots;
        Assert.Equal(CommitOutcome.Committed, await Commit(journal, 5));
    }

    private PostgresJournalOptions OneLane() => new() { ConnectionString = Database, WriteConnections = 1 };

    private static Task<CommitOutcome> Commit(PostgresJournal journal, int n) => journal.CommitAsync(Unit(Customer(n).At(0, Event(1)))).AsTask();

    private async Task<CommitOutcome[]> InOneGroupAsync(PostgresJournal journal, params UnitOfWork[] units) =>
        await Task.WhenAll(await HoldAsync(journal, units));

    /// <summary>Commits units that all come while the only writer is held up.</summary>
    private async Task<List<Task<CommitOutcome>>> HoldAsync(PostgresJournal journal, UnitOfWork[] units)
    {
        await using var blocker = await ConnectAsync();
        await blocker.RunAsync("BEGIN; LOCK TABLE streams");
        var first = journal.CommitAsync(Unit(Customer(90_000 + units.Length).At(0, Event(1)))).AsTask();
        await BlockedAsync(1);
        var tasks = units.Select(u => journal.CommitAsync(u).AsTask()).ToList();
        await blocker.RunAsync("ROLLBACK");
        await first;
        return tasks;
    }

    private Task BlockedAsync(long sessions) => Eventually.TrueAsync("the writer waits for the lock", Patience, async () =>
        await ReadAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname=current_database() AND wait_event_type='Lock'") == sessions);
}
