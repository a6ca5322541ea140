using Cdp.Core.Journal;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

public abstract partial class JournalCompliance
{
    [SuiteFact]
    public async Task A_merged_stream_is_given_back_by_one_kind_of_record_alone()
    {
        await Committed(Unit(A.At(0, Event(1), Entry(RecordKind.MergedInto))));
        await Conflict(Unit(A.At(2, Event(2))));
        await Conflict(Unit(A.At(1, Entry(RecordKind.Restored))));

        await Committed(Unit(A.At(2, Event(2), Entry(RecordKind.Restored))));
        await Committed(Unit(A.At(4, Event(3))));
        Assert.Equal([1, 2, 3, 4, 5], (await Load(A))!.Tail.Select(static r => r.Version));
    }

    [SuiteFact]
    public async Task Only_a_merged_or_a_new_stream_can_be_given_back()
    {
        await Committed(Unit(A.At(0, Event(1))));
        await Conflict(Unit(A.At(1, Entry(RecordKind.Restored))));
        await Committed(Unit(B.At(0, Event(1), Entry(RecordKind.Restored))));
        await Conflict(Unit(B.At(2, Entry(RecordKind.Restored))));
        await Committed(Unit(C.At(0, Event(1))));
        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new EraseUnit(Workspace, [(C, 1)], [], 5, false)));
        await Conflict(Unit(C.At(2, Entry(RecordKind.Restored))));
    }

    [SuiteFact]
    public async Task Events_leave_a_stream_with_its_snapshot_and_the_versions_stay()
    {
        await Committed(Unit(A.At(0, Event(1, "one"), Event(2, "two"), Entry(RecordKind.Decided, 3), Event(4, "four"))));
        await Committed(Unit(C.At(0, Event(9, "nine"), Entry(RecordKind.MergedInto))));
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(A, 4, "state"), Snapshot(C, 2, "state")]);
        var unit = Unit(A.At(4, Entry(RecordKind.Split)), B.At(0, Event(2, "two"), Event(9, "nine"), Entry(RecordKind.Restored)));

        // A version that is no event, and one that is not there, change nothing.
        await Committed(unit with { Removals = [new(A, [2, 3, 77]), new(C, [1])] });

        var load = await Load(A);
        Assert.Null(load!.Snapshot);
        Assert.Equal([1, 3, 4, 5], load.Tail.Select(static r => r.Version));
        Assert.Equal([2], (await Load(C))!.Tail.Select(static r => r.Version));
        Assert.Equal((2, 2, 0), (await Count(A), await Count(B), await Count(C)));
        await Committed(Unit(A.At(5, Event(5))));
        await Conflict(Unit(C.At(2, Event(5))));
    }

    [SuiteFact]
    public async Task A_unit_that_conflicts_removes_nothing()
    {
        await Committed(Unit(A.At(0, Event(1), Event(2))));
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(A, 2, "state")]);
        await Conflict(Unit(A.At(1, Entry(RecordKind.Split))) with { Removals = [new(A, [1])] });
        Assert.Equal(2, await Count(A));
        Assert.NotNull((await Load(A))!.Snapshot);
    }

    [SuiteFact]
    public async Task A_stream_is_read_in_pages_whatever_its_snapshot_contains()
    {
        await Committed(Unit(A.At(0, Event(1, "one"), Entry(RecordKind.Decided, 2, "two"), Event(3, "three"))));
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(A, 3, "state")]);
        Assert.Equal([(1, RecordKind.Event, 1, "one"), (2, RecordKind.Decided, 2, "two")], (await journal.ReadStreamAsync(Workspace, A, 0, 2)).Select(Seen));
        Assert.Equal([(3, RecordKind.Event, 3, "three")], (await journal.ReadStreamAsync(Workspace, A, 2, 2)).Select(Seen));
        Assert.Empty(await journal.ReadStreamAsync(Workspace, A, 3, 2));
        Assert.Empty(await journal.ReadStreamAsync("other", A, 0, 2));
    }

    private async Task<long> Count(Cdp.Core.Identity.CustomerId stream) => await journal.CountEventsAsync(Workspace, [stream]);
}
