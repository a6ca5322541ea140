using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

/// <summary>Walks over all owners and all decisions, in pages.</summary>
public abstract partial class JournalCompliance
{
    [SuiteFact]
    public async Task A_walk_meets_every_owner_once_in_the_order_of_bytes_whatever_the_page()
    {
        // By UTF-16 units the emoji would come before the letter of the private use area.
        Identifier[] all = [new("email", "a@x"), new("email", "b@x"), new("email", "b@x\0"), new("email", "\uE000"), new("email", "\U0001F600"), new("email2", "a"), new("user_id", "1")];
        await Committed(Unit(A.At(0, Event(1))).With([.. all.Where((_, i) => i % 2 == 0).Select(i => Link(i, null, A, new(A, 1)))]));
        await Committed(Unit(B.At(0, Event(1))).With([.. all.Where((_, i) => i % 2 == 1).Select(i => Link(i, null, B, new(B, 1)))]));
        await Committed(Unit(C.At(0, Event(1))).With(Link(new("email", "c@x"), null, C, new(C, 1))).In("other"));

        foreach (var page in (int[])[1, 2, 3, 7, 100])
        {
            var met = new List<OwnerRow>();
            while (await Maintenance.WalkOwnersAsync(Workspace, met.Count == 0 ? null : met[^1].Identifier, page) is { Count: > 0 } next)
            {
                Assert.True(next.Count <= page);
                met.AddRange(next);
            }

            Assert.Equal(all.Select((id, i) => new OwnerRow(id, i % 2 == 0 ? A : B)), met);
        }
    }

    [SuiteFact]
    public async Task A_walk_of_owners_goes_on_behind_an_identifier_that_is_gone_and_meets_nobody_who_owns_nothing()
    {
        await Committed(Unit(A.At(0, Event(1))).With(Link(Email("a"), null, A, new(A, 1)), Link(Email("c"), null, A, new(A, 1))));
        await Committed(Unit(A.At(1, Entry(RecordKind.Decided))).With(Link(Email("a"), new Epoch(A, 1), null, new(A, 2))));

        Assert.Equal([new(Email("c"), A)], await Maintenance.WalkOwnersAsync(Workspace, null, 10));
        Assert.Equal([new(Email("c"), A)], await Maintenance.WalkOwnersAsync(Workspace, Email("b"), 10));
        Assert.Empty(await Maintenance.WalkOwnersAsync(Workspace, Email("c"), 10));
        Assert.Empty(await Maintenance.WalkOwnersAsync("other", null, 10));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Maintenance.WalkOwnersAsync(Workspace, null, 0));
    }

    [SuiteFact]
    public async Task A_walk_meets_every_decision_and_merge_once_and_nothing_else()
    {
        await Committed(Unit(C.At(0, Event(1), Entry(RecordKind.Decided, 2, "c2"))));
        await Committed(Unit(A.At(0, Entry(RecordKind.Decided, 3, "a1"), Event(4), Event(5), Entry(RecordKind.Patched, 6), Entry(RecordKind.Decided, 7, "a5"))));
        await Committed(Unit(B.At(0, Event(8))));
        await Committed(Unit(A.At(5, Entry(RecordKind.Absorbed, 9, "a6")), B.At(1, Entry(RecordKind.MergedInto, 9))));
        await Committed(Unit(B.At(0, Entry(RecordKind.Decided, 1, "elsewhere"))).In("other"));

        foreach (var page in (int[])[1, 2, 3, 100])
        {
            var met = new List<JournalRow>();
            while (await Maintenance.WalkDecisionsAsync(Workspace, met.Count == 0 ? null : new(met[^1].Stream, met[^1].Version), page) is { Count: > 0 } next)
            {
                Assert.True(next.Count <= page);
                met.AddRange(next);
            }

            Assert.Equal(
                [(A, 1, RecordKind.Decided, 3, "a1"), (A, 5, RecordKind.Decided, 7, "a5"), (A, 6, RecordKind.Absorbed, 9, "a6"), (C, 2, RecordKind.Decided, 2, "c2")],
                met.Select(r => (r.Stream, r.Version, r.Kind, r.TimeMs, r.Body.Text())));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Maintenance.WalkDecisionsAsync(Workspace, null, 0));
    }
}
