using Cdp.Core.Journal;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

public abstract partial class JournalCompliance
{
    [SuiteFact]
    public async Task Erase_leaves_a_terminal_record_without_body_and_nothing_else()
    {
        await TwoMerged();
        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(Erasure(atMs: 900, suppress: true)));

        foreach (var (stream, version) in new[] { (A, 3L), (B, 3L) })
        {
            var load = await Load(stream);
            Assert.Null(load!.Snapshot);
            var last = Assert.Single(load.Tail);
            Assert.Equal((version, RecordKind.Erased, 900L, true), (last.Version, last.Kind, last.TimeMs, last.Body.IsEmpty));
            await Conflict(Unit(stream.At(version, Event(1))));
            await Save(Snapshot(stream, version, "too late"));
            Assert.Null((await Load(stream))!.Snapshot);
        }
        Assert.Equal(0, await journal.CountEventsAsync(Workspace, [A, B]));
        Assert.Equal(2, (await journal.ReadDecisionsAsync(Workspace, [A, B])).Count);
    }

    [SuiteFact]
    public async Task Erased_identifiers_are_free_and_remembered()
    {
        await TwoMerged();
        await journal.EraseAsync(Erasure(atMs: 900, suppress: true));

        foreach (var name in new[] { "a", "b" })
            Assert.Equal(new Ownership(Email(name), null, null, 0, new Erasure(900, true)), await Owner(Email(name)));
        Assert.Null((await Owner(Email("c"))).Erasure);
    }

    [SuiteFact]
    public async Task The_latest_erasure_of_an_identifier_counts()
    {
        await TwoMerged();
        await journal.EraseAsync(Erasure(atMs: 900, suppress: false));
        await Committed(Unit(C.At(0, Event(950))).With(Link(Email("a"), null, C, new(C, 1))));
        var again = await Owner(Email("a"));
        Assert.Equal((C, new Erasure(900, false)), (again.Owner!.Value, again.Erasure));

        Assert.Equal(CommitOutcome.Committed,
            await journal.EraseAsync(new(Workspace, [(C, 1)], [(Email("a"), new Epoch(C, 1))], 990, true)));
        Assert.Equal(new Erasure(990, true), (await Owner(Email("a"))).Erasure);
        Assert.Equal(new Erasure(900, false), (await Owner(Email("b"))).Erasure);
    }

    [SuiteFact]
    public async Task An_erasure_that_expects_something_else_erases_nothing()
    {
        await TwoMerged();
        var good = Erasure(900, false);

        Assert.Equal(CommitOutcome.Conflict, await journal.EraseAsync(good with { Streams = [(A, 2), (B, 1)] }));
        Assert.Equal(CommitOutcome.Conflict, await journal.EraseAsync(good with { Streams = [(A, 1)] }));
        Assert.Equal(CommitOutcome.Conflict, await journal.EraseAsync(good with { Identifiers = [(Email("a"), new Epoch(A, 9))] }));
        Assert.Equal(CommitOutcome.Conflict, await journal.EraseAsync(good with { Streams = [(A, 2), (C, 5)] }));
        Assert.Equal((A, null), ((await Owner(Email("a"))).Owner, (await Owner(Email("a"))).Erasure));
        Assert.Equal(2, (await Load(A))!.Snapshot!.Version);

        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(good));
        Assert.Equal(CommitOutcome.Conflict, await journal.EraseAsync(good with { Streams = [(A, 3)], Identifiers = [] }));
    }

    [SuiteFact]
    public async Task Malformed_erasures_are_refused()
    {
        foreach (var bad in new EraseUnit[]
        {
            new(Workspace, [], [], 1, false), new(Workspace, [(A, 1), (A, 1)], [], 1, false),
            new(Workspace, [(A, 1)], [(Email("a"), new Epoch(A, 1)), (Email("a"), new Epoch(A, 1))], 1, false),
        })
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.EraseAsync(bad));
    }

    private async Task TwoMerged()
    {
        await Committed(Unit(A.At(0, Event(1, "one"))).With(Link(Email("a"), null, A, new(A, 1))));
        await Committed(Unit(B.At(0, Event(1, "two"))).With(Link(Email("b"), null, B, new(B, 1))));
        await Committed(Unit(B.At(1, Entry(RecordKind.MergedInto)), A.At(1, Entry(RecordKind.Absorbed)))
            .With(Link(Email("b"), new Epoch(B, 1), A, new(A, 2))));
        await Save(Snapshot(A, 2, "both"), Snapshot(B, 1, "second"));
    }

    private static EraseUnit Erasure(long atMs, bool suppress) => new(
        Workspace, [(A, 2), (B, 2)], [(Email("a"), new Epoch(A, 1)), (Email("b"), new Epoch(A, 2))], atMs, suppress);
}
