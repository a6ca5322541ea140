using Cdp.Core.Journal;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

public abstract partial class JournalCompliance
{
    [SuiteFact]
    public async Task A_timeline_goes_back_in_event_time_over_all_streams()
    {
        await Timeline();
        var rows = await journal.ReadTimelineAsync(Workspace, new([A, B], 100));
        Assert.Equal(["b2@40", "a3@30", "b1@20", "a4@20", "a1@20"], rows.Select(Place));
        Assert.All(rows, static r => Assert.Equal(RecordKind.Event, r.Kind));
        Assert.Equal("body a4", rows[3].Body.Text());
    }

    [SuiteTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Pages_put_together_are_the_whole_timeline(int limit)
    {
        await Timeline();
        var seen = new List<string>();
        TimelinePosition? place = null;
        while (true)
        {
            var page = await journal.ReadTimelineAsync(Workspace, new([B, A, A], limit, place));
            Assert.True(page.Count <= limit);
            if (page.Count == 0) break;
            seen.AddRange(page.Select(Place));
            place = new TimelinePosition(page[^1].TimeMs, page[^1].Stream, page[^1].Version);
        }
        Assert.Equal(["b2@40", "a3@30", "b1@20", "a4@20", "a1@20"], seen);
    }

    [SuiteFact]
    public async Task A_timeline_can_start_at_a_moment()
    {
        await Timeline();
        Assert.Equal(["b2@40", "a3@30"], (await journal.ReadTimelineAsync(Workspace, new([A, B], 9, null, 21))).Select(Place));
        Assert.Equal(5, (await journal.ReadTimelineAsync(Workspace, new([A, B], 9, null, 20))).Count);
        Assert.Equal(["b1@20"], (await journal.ReadTimelineAsync(Workspace, new([A, B], 1, new(30, A, 3), 20))).Select(Place));
        Assert.Empty(await journal.ReadTimelineAsync(Workspace, new([C], 9)));
        Assert.Empty(await journal.ReadTimelineAsync(Workspace, new([], 9)));
    }

    [SuiteTheory]
    [InlineData(0)]
    [InlineData(1002)]
    public async Task A_timeline_has_a_limit(int limit) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.ReadTimelineAsync(Workspace, new([A], limit)));

    [SuiteFact]
    public async Task Decisions_are_all_that_is_not_an_event_in_order_of_stream_and_version()
    {
        await Timeline();
        await Committed(Unit(A.At(4, Entry(RecordKind.Patched, 1, "patched"), Entry(RecordKind.MergedInto, 1, "merged")), B.At(2, Entry(RecordKind.Absorbed, 2))));

        var rows = await journal.ReadDecisionsAsync(Workspace, [B, A, B]);
        Assert.Equal([(A, 2, RecordKind.Decided), (A, 5, RecordKind.Patched), (A, 6, RecordKind.MergedInto), (B, 3, RecordKind.Absorbed)],
            rows.Select(static r => (r.Stream, (int)r.Version, r.Kind)));
        Assert.Equal("merged", rows[2].Body.Text());
    }

    [SuiteFact]
    public async Task Events_are_counted_over_streams()
    {
        await Timeline();
        Assert.Equal(5, await journal.CountEventsAsync(Workspace, [A, B, C, A]));
        Assert.Equal(0, await journal.CountEventsAsync(Workspace, []));
    }

    [SuiteFact]
    public async Task It_is_told_how_far_streams_go()
    {
        await Timeline();
        Assert.Equal([2, 4, 0, 2], await journal.VersionsAsync(Workspace, [B, A, C, B]));
        Assert.Equal([0], await journal.VersionsAsync("another", [A]));
        Assert.Empty(await journal.VersionsAsync(Workspace, []));
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(A, 4, "a")]);
        await Maintenance.TrimAsync(Workspace, A, 100);
        await Committed(Unit(B.At(2, Entry(RecordKind.Patched, 1))));
        Assert.Equal([4, 3], await journal.VersionsAsync(Workspace, [A, B]));
        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new(Workspace, [(A, 4)], [], 60, false)));
        Assert.Equal([5], await journal.VersionsAsync(Workspace, [A]));
    }

    private async Task Timeline() => await Committed(Unit(
        A.At(0, Event(20, "body a1"), Entry(RecordKind.Decided, 25), Event(30, "body a3"), Event(20, "body a4")),
        B.At(0, Event(20, "body b1"), Event(40, "body b2"))));

    private static string Place(JournalRow row) => $"{(row.Stream == A ? "a" : "b")}{row.Version}@{row.TimeMs}";
}
