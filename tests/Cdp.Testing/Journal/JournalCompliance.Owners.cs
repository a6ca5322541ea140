using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

public abstract partial class JournalCompliance
{
    [SuiteFact]
    public async Task An_identifier_gets_its_owner_with_the_unit()
    {
        await Committed(Unit(A.At(0, Event(1), Entry(RecordKind.Decided))).With(Link(Email("x"), null, A, new(A, 2), linkedAt: 77)));

        Assert.Equal(new Ownership(Email("x"), A, new Epoch(A, 2), 77, null), await Owner(Email("x")));
    }

    [SuiteFact]
    public async Task Owners_are_answered_in_the_order_asked()
    {
        await Committed(Unit(A.At(0, Event(1)), B.At(0, Event(1)))
            .With(Link(Email("a"), null, A, new(A, 1)), Link(Email("b"), null, B, new(B, 1))));

        var owners = await journal.OwnersAsync(Workspace, [Email("b"), Email("nobody"), Email("a"), new Identifier("phone", "a@example.test")]);
        Assert.Equal([B, null, A, null], owners.Select(static o => o.Owner));
        Assert.Equal((null, 0), (owners[1].Epoch, owners[1].LinkedAtMs));
        Assert.Empty(await journal.OwnersAsync(Workspace, []));
    }

    [SuiteFact]
    public async Task A_wrong_epoch_conflicts_and_writes_nothing()
    {
        await Conflict(Unit(A.At(0, Event(1))).With(Link(Email("x"), new Epoch(B, 1), A, new(A, 1))));
        await Committed(Unit(A.At(0, Event(1))).With(Link(Email("x"), null, A, new(A, 1))));

        await Conflict(Unit(B.At(0, Event(1))).With(Link(Email("x"), null, B, new(B, 1))));
        await Conflict(Unit(B.At(0, Event(1))).With(Link(Email("x"), new Epoch(A, 2), B, new(B, 1))));
        await Conflict(Unit(B.At(0, Event(1))).With(Link(Email("y"), null, B, new(B, 1)), Link(Email("x"), null, B, new(B, 1))));

        Assert.Null(await Load(B));
        Assert.Null((await Owner(Email("y"))).Owner);
        Assert.Equal(A, (await Owner(Email("x"))).Owner);
    }

    [SuiteFact]
    public async Task An_identifier_moves_with_records_in_both_streams()
    {
        await Committed(Unit(A.At(0, Event(1))).With(Link(Email("x"), null, A, new(A, 1))));
        await Committed(Unit(B.At(0, Entry(RecordKind.Decided)), A.At(1, Entry(RecordKind.Decided)))
            .With(Link(Email("x"), new Epoch(A, 1), B, new(B, 1))));

        Assert.Equal((B, new Epoch(B, 1)), ((await Owner(Email("x"))).Owner!.Value, (await Owner(Email("x"))).Epoch!.Value));
        await Conflict(Unit(A.At(2, Event(2))).With(Link(Email("x"), new Epoch(A, 1), A, new(A, 3))));
    }

    [SuiteFact]
    public async Task An_identifier_can_be_let_go_and_owned_again()
    {
        await Committed(Unit(A.At(0, Event(1))).With(Link(Email("x"), null, A, new(A, 1))));
        await Committed(Unit(A.At(1, Entry(RecordKind.Decided))).With(Link(Email("x"), new Epoch(A, 1), null, new(A, 2))));
        Assert.Equal(new Ownership(Email("x"), null, null, 0, null), await Owner(Email("x")));

        await Committed(Unit(B.At(0, Event(1))).With(Link(Email("x"), null, B, new(B, 1))));
        Assert.Equal(B, (await Owner(Email("x"))).Owner);
    }

    [SuiteFact]
    public async Task A_merge_is_one_unit()
    {
        await Committed(Unit(A.At(0, Event(1))).With(Link(Email("a"), null, A, new(A, 1))));
        await Committed(Unit(B.At(0, Event(1))).With(Link(Email("b"), null, B, new(B, 1))));
        await Committed(Unit(B.At(1, Entry(RecordKind.MergedInto)), A.At(1, Entry(RecordKind.Absorbed)))
            .With(Link(Email("b"), new Epoch(B, 1), A, new(A, 2))));

        Assert.Equal([A, A], (await journal.OwnersAsync(Workspace, [Email("a"), Email("b")])).Select(static o => o.Owner));
        await Conflict(Unit(B.At(2, Event(3))));
    }

    [SuiteFact]
    public async Task Of_concurrent_claims_on_one_identifier_exactly_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(300, 16).Select(n => Task.Run(() =>
            journal.CommitAsync(Unit(Customer(n).At(0, Event(1))).With(Link(Email("x"), null, Customer(n), new(Customer(n), 1)))).AsTask())));

        Assert.Single(outcomes, CommitOutcome.Committed);
        Assert.Equal(Customer(300 + Array.IndexOf(outcomes, CommitOutcome.Committed)), (await Owner(Email("x"))).Owner);
    }

    [SuiteTheory]
    [InlineData("Ünïcode ✓ 🙂")]
    [InlineData("with\0zero")]
    [InlineData("'; DROP TABLE journal; --")]
    [InlineData("UPPER")]
    public async Task Values_are_compared_byte_by_byte(string value)
    {
        var identifier = new Identifier("user_id", value);
        await Committed(Unit(A.At(0, Event(1))).With(Link(identifier, null, A, new(A, 1))));

        Assert.Equal(A, (await Owner(identifier)).Owner);
        Assert.Null((await Owner(identifier with { Value = value.ToLowerInvariant() + " " })).Owner);
        Assert.Null((await Owner(identifier with { Value = "upper" })).Owner);
    }
}
