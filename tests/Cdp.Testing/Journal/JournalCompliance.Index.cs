using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

// Memberships, sizes and overlaps; what units write of the index.
public abstract partial class JournalCompliance
{
    private const long Hour = JournalRules.HourMs;

    private IGridIndex Grid => (IGridIndex)journal;

    [SuiteFact]
    public async Task Progress_is_written_by_whoever_has_read_the_last_of_it()
    {
        Assert.Null(await Grid.ReadProgressAsync(Workspace, "fill"));
        Assert.False(await Grid.WriteProgressAsync(Workspace, "fill", 1, "0"u8.ToArray()));
        Assert.True(await Grid.WriteProgressAsync(Workspace, "fill", 0, "1"u8.ToArray()));
        Assert.False(await Grid.WriteProgressAsync(Workspace, "fill", 0, "2"u8.ToArray()));
        Assert.True(await Grid.WriteProgressAsync(Workspace, "fill", 1, "3"u8.ToArray()));
        var read = await Grid.ReadProgressAsync(Workspace, "fill");
        Assert.Equal((2, "3"), (read!.Revision, read.Body.Text()));
        Assert.Null(await Grid.ReadProgressAsync(Workspace, "other"));
        Assert.Null(await Grid.ReadProgressAsync("other", "fill"));

        // Of many who have read the same, one writes.
        var tries = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Grid.WriteProgressAsync(Workspace, "fill", 2, new[] { (byte)('a' + i) }).AsTask()));
        Assert.Single(tries, true);
    }


    [SuiteFact]
    public async Task An_empty_index_knows_nobody()
    {
        Assert.Empty(await Grid.SizesAsync(Workspace));
        Assert.Empty(await Grid.SizeHistoryAsync(Workspace, "vip", 0));
        Assert.Empty(await Grid.MembersAsync(Workspace, "vip", null, 10));
        Assert.Empty(await Grid.OverlapAsync(Workspace, ["vip", "new"]));
        Assert.True(await Grid.DropAudienceAsync(Workspace, "vip", 10));
        Assert.Equal(0, await Grid.CountCustomersAsync(Workspace));
        Assert.Empty(await Grid.ClaimDueAsync(long.MaxValue / 2, 1, 10));
    }

    [SuiteFact]
    public async Task Memberships_are_what_the_last_unit_said()
    {
        await Committed(Indexed(A, 0, 10, ("vip", 5), ("new", 6)));
        Assert.Equal([new("new", 1), new("vip", 1)], await Grid.SizesAsync(Workspace));
        Assert.Equal(new Member(A, 5), Assert.Single(await Members("vip")));

        await Committed(Indexed(A, 1, 20, ("vip", 15), ("old", 20)));
        Assert.Equal([new("old", 1), new("vip", 1)], await Grid.SizesAsync(Workspace));
        Assert.Equal(new Member(A, 15), Assert.Single(await Members("vip")));
        Assert.Empty(await Members("new"));

        await Committed(Indexed(A, 2, 30, ("vip", 15), ("old", 20)));
        Assert.Equal([new("old", 1), new("vip", 1)], await Grid.SizesAsync(Workspace));
        await Committed(Indexed(A, 3, 40));
        Assert.Empty(await Grid.SizesAsync(Workspace));
        Assert.Empty(await Members("old"));
        Assert.Empty(await Grid.SizesAsync("other"));
    }

    [SuiteFact]
    public async Task A_unit_without_an_index_leaves_it()
    {
        await Committed(Indexed(A, 0, 10, ("vip", 5)));
        await Committed(Unit(A.At(1, Event(20))));
        Assert.Equal(A, Assert.Single(await Members("vip")).Customer);
        Assert.Equal(new DueCustomer(Workspace, A, 1_010, 2), Assert.Single(await Grid.ClaimDueAsync(2_000, 1, 10)));
    }

    [SuiteFact]
    public async Task Sizes_are_kept_by_the_hours_they_changed_in()
    {
        await Committed(Indexed(A, 0, (2 * Hour) + 1, ("vip", 1)));
        await Committed(Indexed(B, 0, (3 * Hour) - 1, ("vip", 1)));
        await Committed(Indexed(C, 0, 5 * Hour, ("vip", 1)));
        await Committed(Indexed(A, 1, (5 * Hour) + 7));
        await Committed(Indexed(B, 1, 9 * Hour));
        // Something decided earlier and written later counts to its own hour.
        await Committed(Indexed(Customer(4), 0, (3 * Hour) + 2, ("vip", 1)));

        SizeInHour[] all = [new(2 * Hour, 2), new(3 * Hour, 3), new(5 * Hour, 3), new(9 * Hour, 2)];
        Assert.Equal(all, await Grid.SizeHistoryAsync(Workspace, "vip", 0));
        Assert.Equal(all[1..], await Grid.SizeHistoryAsync(Workspace, "vip", 3 * Hour));
        Assert.Equal(all[2..], await Grid.SizeHistoryAsync(Workspace, "vip", 4 * Hour));
        Assert.Equal(all[2..], await Grid.SizeHistoryAsync(Workspace, "vip", (6 * Hour) - 1));
        Assert.Equal(new("vip", 2), Assert.Single(await Grid.SizesAsync(Workspace)));
    }

    [SuiteFact]
    public async Task A_stream_that_ends_leaves_the_index()
    {
        await Committed(Indexed(A, 0, 10, ("vip", 5)));
        await Committed(Indexed(B, 0, 10, ("vip", 5)));
        await Committed(Indexed(C, 0, 10, ("vip", 5)));
        await Committed(Unit(A.At(1, Entry(RecordKind.MergedInto, 4 * Hour)), B.At(1, Entry(RecordKind.Absorbed, 4 * Hour))));
        Assert.Equal([B, C], (await Members("vip")).Select(static m => m.Customer));

        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new(Workspace, [(B, 2), (A, 2)], [], 6 * Hour, false)));
        Assert.Equal(C, Assert.Single(await Members("vip")).Customer);
        Assert.Equal([new(0, 3), new(4 * Hour, 2), new(6 * Hour, 1)], await Grid.SizeHistoryAsync(Workspace, "vip", 0));
        Assert.Equal(C, Assert.Single(await Grid.ClaimDueAsync(100 * Hour, 1, 10)).Stream);

        // What was absorbed can come back, and is then whatever its unit says.
        await Committed(Indexed(Customer(4), 0, 10, ("vip", 5)));
        await Committed(Unit(Customer(4).At(1, Entry(RecordKind.MergedInto, 6 * Hour))));
        await Committed(Unit(Customer(4).At(2, Entry(RecordKind.Restored, 7 * Hour))) with { Index = [new(Customer(4), [new("vip", 9)], null, 7 * Hour)] });
        Assert.Equal([new(C, 5), new(Customer(4), 9)], await Members("vip"));
    }

    [SuiteFact]
    public async Task A_conflict_writes_nothing_of_the_index()
    {
        await Committed(Indexed(A, 0, 10, ("vip", 5)));
        await Conflict(Indexed(A, 0, 10, ("new", 5)) with
        {
            Wakes = [new(B, 1)],
            Feed = [new("topic", A, 1, "{}"u8.ToArray())],
            Outbox = [new("queue", "1", A, 1, "{}"u8.ToArray())],
            Superseded = [new(A, 1)],
        });
        Assert.Equal(CommitOutcome.Conflict, await journal.EraseAsync(new(Workspace, [(A, 5)], [], 9, false) { Feed = [new("topic", A, 1, "{}"u8.ToArray())] }));

        Assert.Equal(new("vip", 1), Assert.Single(await Grid.SizesAsync(Workspace)));
        Assert.Equal(A, Assert.Single(await Grid.ClaimDueAsync(2_000, 1, 10)).Stream);
        Assert.Empty(await Grid.ReadFeedAsync(Workspace, "topic", FeedPlace.Start, 10));
        Assert.Equal(0, (await Outbox.QueueAsync(Workspace, "queue")).Pending);
        Assert.Single((await Load(A))!.Tail);
        Assert.Equal(1, await Grid.CountCustomersAsync(Workspace));
    }

    [SuiteFact]
    public async Task Members_come_in_pages()
    {
        for (var n = 1; n <= 7; n++) await Committed(Indexed(Customer(n), 0, 10, ("vip", n), ("new", n)));
        await Committed(Indexed(Customer(4), 1, 10, ("new", 4)));
        var met = new List<Member>();
        while (await Grid.MembersAsync(Workspace, "vip", met.Count == 0 ? null : met[^1].Customer, 2) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 2);
            met.AddRange(page);
        }

        Assert.Equal(new[] { 1, 2, 3, 5, 6, 7 }.Select(static n => new Member(Customer(n), n)), met);
        Assert.Equal(Customer(5), (await Grid.MembersAsync(Workspace, "vip", Customer(4), 1))[0].Customer);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Grid.MembersAsync(Workspace, "vip", null, 0));
    }

    [SuiteFact]
    public async Task Overlaps_count_exact_combinations()
    {
        string[][] sets = [["a"], ["a", "b"], ["a", "b"], ["b", "c"], ["c"], ["a", "b", "c"], ["other"], []];
        for (var n = 0; n < sets.Length; n++) await Committed(Indexed(Customer(n + 1), 0, 10, [.. sets[n].Select(static s => (s, 1L))]));

        Assert.Equal([new(1, 1), new(2, 1), new(3, 3)], await Grid.OverlapAsync(Workspace, ["a", "b"]));
        Assert.Equal([new(1, 1), new(3, 2), new(4, 1), new(6, 1), new(7, 1)], await Grid.OverlapAsync(Workspace, ["a", "b", "c"]));
        Assert.Equal([new(1, 1), new(2, 1), new(3, 3)], await Grid.OverlapAsync(Workspace, ["b", "a"]));
        var sixteen = Enumerable.Range(0, 14).Select(static n => $"none {n}").Prepend("a").Append("other").ToList();
        Assert.Equal([new(1, 4), new(1 << 15, 1)], await Grid.OverlapAsync(Workspace, sixteen));
        foreach (var bad in (string[][])[["a"], ["a", "a"], [.. sixteen, "b"]])
            await Assert.ThrowsAsync<ArgumentException>(async () => await Grid.OverlapAsync(Workspace, bad));
    }

    [SuiteFact]
    public async Task An_audience_is_dropped_in_steps()
    {
        for (var n = 1; n <= 5; n++) await Committed(Indexed(Customer(n), 0, 10, ("gone", n), ("stays", n)));
        Assert.False(await Grid.DropAudienceAsync(Workspace, "gone", 2));
        Assert.Equal(3, (await Members("gone")).Count);
        Assert.False(await Grid.DropAudienceAsync(Workspace, "gone", 2));
        Assert.True(await Grid.DropAudienceAsync(Workspace, "gone", 2));
        Assert.True(await Grid.DropAudienceAsync(Workspace, "gone", 2));

        Assert.Equal(new("stays", 5), Assert.Single(await Grid.SizesAsync(Workspace)));
        Assert.Empty(await Grid.SizeHistoryAsync(Workspace, "gone", 0));
        Assert.Equal(5, (await Members("stays")).Count);
        // It can come back under its name.
        await Committed(Indexed(A, 1, 20, ("gone", 9), ("stays", 1)));
        Assert.Equal([new("gone", 1), new("stays", 5)], await Grid.SizesAsync(Workspace));
    }

    [SuiteFact]
    public async Task Writers_side_by_side_lose_no_member()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                var stream = Customer((writer * 100) + i);
                await Committed(Indexed(stream, 0, 10, ("all", 1), ($"of {writer}", 1)));
                if (i % 2 == 0) await Committed(Indexed(stream, 1, 10, ($"of {writer}", 1)));
            }
        })));
        var sizes = await Grid.SizesAsync(Workspace);
        Assert.Equal(Enumerable.Range(1, 8).Select(static w => new AudienceSize($"of {w}", 20)).Prepend(new("all", 80)), sizes);
        Assert.Equal(80, (await Grid.MembersAsync(Workspace, "all", null, 1_000)).Count);
    }

    [SuiteFact]
    public async Task Superseded_records_go_and_everything_else_stays()
    {
        await Committed(Unit(A.At(0, Event(1, "event"), Entry(RecordKind.Positioned, 2, "first"))));
        await Save(Snapshot(A, 2, "state"));
        await Committed(Unit(A.At(2, Entry(RecordKind.Positioned, 3, "second"))) with { Superseded = [new(A, 2), new(A, 99), new(B, 1)] });

        var load = await Load(A);
        Assert.Equal((2L, "state"), (load!.Snapshot!.Version, load.Snapshot.State.Text()));
        Assert.Equal([(3, RecordKind.Positioned, 3, "second")], load.Tail.Select(Seen));
        Assert.Equal([(1, RecordKind.Event, 1, "event"), (3, RecordKind.Positioned, 3, "second")], (await journal.ReadStreamAsync(Workspace, A, 0, 10)).Select(Seen));
        await Committed(Unit(A.At(3, Event(4))));
        Assert.Null(await Load(B));
        Assert.Equal(1, await Grid.CountCustomersAsync(Workspace));
    }

    private static UnitOfWork Indexed(CustomerId stream, long expected, long atMs, params (string Audience, long SinceMs)[] memberships) =>
        Unit(stream.At(expected, Entry(RecordKind.Judged, atMs))) with
        {
            Index = [new(stream, [.. memberships.Select(static m => new IndexedMembership(m.Audience, m.SinceMs))], atMs + 1_000, atMs)],
        };

    private ValueTask<IReadOnlyList<Member>> Members(string audience) => Grid.MembersAsync(Workspace, audience, null, 100);
}
