using Cdp.Core.Journal;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

public abstract partial class JournalCompliance
{
    private IJournalMaintenance Maintenance => (IJournalMaintenance)journal;

    [SuiteFact]
    public async Task A_load_is_the_snapshot_and_what_came_after()
    {
        await Committed(Unit(A.At(0, Event(1), Event(2), Event(3))));
        await Save(Snapshot(A, 2, "state at 2"));

        var load = await Load(A);
        Assert.Equal((2, "state at 2"), (load!.Snapshot!.Version, load.Snapshot.State.Text()));
        Assert.Equal(A, load.Snapshot.Stream);
        Assert.Equal([3], load.Tail.Select(static r => r.Version));

        await Save(Snapshot(A, 3, ""));
        load = await Load(A);
        Assert.Equal((3, true), (load!.Snapshot!.Version, load.Snapshot.State.IsEmpty));
        Assert.Empty(load.Tail);
    }

    [SuiteTheory]
    [InlineData(0, null, "")]
    [InlineData(1, null, "1")]
    [InlineData(2, 2, "")]
    [InlineData(3, 2, "3")]
    [InlineData(99, 2, "3,4")]
    public async Task A_load_up_to_a_version_leaves_out_what_is_newer(long upTo, int? snapshot, string tail)
    {
        await Committed(Unit(A.At(0, Event(1), Event(2), Event(3), Event(4))));
        await Save(Snapshot(A, 2, "state"));

        var load = await Load(A, upTo);
        if (upTo == 0) Assert.Null(load);
        Assert.Equal(snapshot, (int?)load?.Snapshot?.Version);
        Assert.Equal(tail, string.Join(',', load?.Tail.Select(static r => r.Version) ?? []));
    }

    [SuiteFact]
    public async Task An_older_snapshot_never_replaces_a_newer_one()
    {
        await Committed(Unit(A.At(0, Event(1), Event(2), Event(3)), B.At(0, Event(1))));
        await Save(Snapshot(A, 3, "new"));
        await Save(Snapshot(A, 2, "old"), Snapshot(B, 1, "other"));

        Assert.Equal("new", (await Load(A))!.Snapshot!.State.Text());
        Assert.Equal("other", (await Load(B))!.Snapshot!.State.Text());
        await Save(Snapshot(A, 3, "again"));
        Assert.Equal("again", (await Load(A))!.Snapshot!.State.Text());
    }

    [SuiteFact]
    public async Task A_snapshot_of_a_version_that_never_was_is_dropped()
    {
        await Committed(Unit(A.At(0, Event(1))));
        await Save(Snapshot(A, 2, "from a lost commit"), Snapshot(B, 1, "of nobody"));

        Assert.Null((await Load(A))!.Snapshot);
        Assert.Null(await Load(B));
        await Committed(Unit(A.At(1, Event(2)), B.At(0, Event(1))));
    }

    [SuiteFact]
    public async Task A_terminal_stream_can_still_get_its_snapshot()
    {
        await Committed(Unit(A.At(0, Event(1), Entry(RecordKind.MergedInto))));
        await Save(Snapshot(A, 2, "last"));
        Assert.Equal("last", (await Load(A))!.Snapshot!.State.Text());
        await Conflict(Unit(A.At(2, Event(2))));
    }

    [SuiteFact]
    public async Task Trim_takes_old_events_that_the_snapshot_contains()
    {
        await Committed(Unit(A.At(0, Event(10), Entry(RecordKind.Decided, 10), Event(30), Event(10), Event(10))));
        Assert.Equal(0, await Maintenance.TrimAsync(Workspace, A, 20));
        await Save(Snapshot(A, 4, "state"));

        Assert.Equal(2, await Maintenance.TrimAsync(Workspace, A, 20));
        Assert.Equal([2, 3, 5], (await Load(A, 3))!.Tail.Select(static r => r.Version).Concat((await Load(A))!.Tail.Select(static r => r.Version)));
        Assert.Equal(2, await journal.CountEventsAsync(Workspace, [A]));
        Assert.Equal(0, await Maintenance.TrimAsync(Workspace, A, 20));
    }

    [SuiteFact]
    public async Task Trim_of_the_last_event_keeps_the_chain_of_versions()
    {
        await Committed(Unit(A.At(0, Event(10), Event(11))));
        await Save(Snapshot(A, 2, "state"));
        Assert.Equal(2, await Maintenance.TrimAsync(Workspace, A, 20));

        Assert.Equal((2, 0), ((await Load(A))!.Snapshot!.Version, (await Load(A))!.Tail.Count));
        await Conflict(Unit(A.At(0, Event(12))));
        await Committed(Unit(A.At(2, Event(12))));
        Assert.Equal([3], (await Load(A))!.Tail.Select(static r => r.Version));
    }

    [SuiteFact]
    public async Task A_trimmed_terminal_stream_stays_terminal_and_readable()
    {
        await Committed(Unit(A.At(0, Event(10), Entry(RecordKind.MergedInto, 10))));
        await Save(Snapshot(A, 2, "last"));
        Assert.Equal(1, await Maintenance.TrimAsync(Workspace, A, 20));

        Assert.Equal("last", (await Load(A, 2))!.Snapshot!.State.Text());
        await Conflict(Unit(A.At(2, Event(12))));
    }

    [SuiteFact]
    public async Task Trim_candidates_come_in_order_with_their_last_version()
    {
        await Committed(Unit(C.At(0, Event(10)), A.At(0, Event(50), Event(10)), B.At(0, Event(50), Entry(RecordKind.Decided, 10))));
        await Committed(Unit(C.At(1, Event(50))));

        Assert.Equal([(A, 2), (C, 2)], await Maintenance.TrimCandidatesAsync(Workspace, 20, null, 10));
        Assert.Equal([(A, 2)], await Maintenance.TrimCandidatesAsync(Workspace, 20, null, 1));
        Assert.Equal([(C, 2)], await Maintenance.TrimCandidatesAsync(Workspace, 20, A, 10));
        Assert.Empty(await Maintenance.TrimCandidatesAsync(Workspace, 20, C, 10));
        Assert.Empty(await Maintenance.TrimCandidatesAsync(Workspace, 10, null, 10));
        Assert.Empty(await Maintenance.TrimCandidatesAsync("other", 20, null, 10));
    }

    private ValueTask Save(params StoredSnapshot[] snapshots) => journal.SaveSnapshotsAsync(Workspace, snapshots);
}
