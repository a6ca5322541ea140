using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

// Who is due, and which customers live.
public abstract partial class JournalCompliance
{
    [SuiteFact]
    public async Task A_wake_only_lowers()
    {
        await Grid.WakeAsync(Workspace, new(A, 500));
        await Grid.WakeAsync(Workspace, new(A, 700));
        Assert.Empty(await Grid.ClaimDueAsync(499, 10, 10));
        Assert.Equal(new(Workspace, A, 500, 0), Assert.Single(await Grid.ClaimDueAsync(500, 0, 10)));
        await Grid.WakeAsync(Workspace, new(A, 300));
        Assert.Equal(new(Workspace, A, 300, 0), Assert.Single(await Grid.ClaimDueAsync(500, 0, 10)));

        await Committed(Unit(B.At(0, Event(1))) with { Wakes = [new(A, 400), new(C, 400)] });
        Assert.Equal([(A, 300), (C, 400)], (await Grid.ClaimDueAsync(500, 0, 10)).Select(static d => (d.Stream, d.AtMs)));
        await Committed(Unit(B.At(1, Event(1))) with { Wakes = [new(A, 100), new(C, 100)] });
        Assert.Equal(2, (await Grid.ClaimDueAsync(100, 0, 10)).Count);
        // What a unit knows of the customer itself counts, whatever was asked for before.
        await Committed(Unit(A.At(0, Event(1))) with { Index = [new(A, [], 900, 1)] });
        await Committed(Unit(C.At(0, Event(1))) with { Index = [new(C, [], null, 1)] });
        Assert.Equal(new(Workspace, A, 900, 1), Assert.Single(await Grid.ClaimDueAsync(1_000, 0, 10)));
    }

    [SuiteFact]
    public async Task A_claim_is_the_claimers_until_its_lease_ends()
    {
        for (var n = 5; n >= 1; n--) await Grid.WakeAsync(Workspace, new(Customer(n), n * 10));
        await Grid.WakeAsync("other", new(A, 25));

        Assert.Equal([(Workspace, 10), (Workspace, 20), ("other", 25)], (await Grid.ClaimDueAsync(45, 100, 3)).Select(static d => (d.Workspace, d.AtMs)));
        Assert.Equal([30, 40], (await Grid.ClaimDueAsync(45, 100, 3)).Select(static d => d.AtMs));
        Assert.Empty(await Grid.ClaimDueAsync(45, 100, 3));
        Assert.Equal([50], (await Grid.ClaimDueAsync(144, 100, 9)).Select(static d => d.AtMs));
        Assert.Equal([10, 20, 25, 30, 40], (await Grid.ClaimDueAsync(145, 100, 9)).Select(static d => d.AtMs));
        // A wake for an earlier time takes it back from the claimer, as a commit does.
        await Grid.WakeAsync(Workspace, new(A, 5));
        Assert.Equal([5], (await Grid.ClaimDueAsync(145, 100, 9)).Select(static d => d.AtMs));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Grid.ClaimDueAsync(1, 1, 0));
    }

    [SuiteFact]
    public async Task Rescheduling_never_overrules_a_later_commit()
    {
        await Grid.WakeAsync(Workspace, new(A, 10));
        var due = Assert.Single(await Grid.ClaimDueAsync(10, 1_000, 1));
        await Grid.RescheduleAsync(due, due.Version, 50);
        Assert.Empty(await Grid.ClaimDueAsync(49, 1_000, 1));
        due = Assert.Single(await Grid.ClaimDueAsync(50, 1_000, 1));

        await Committed(Unit(A.At(0, Event(1))) with { Index = [new(A, [], 70, 1)] });
        await Grid.RescheduleAsync(due, 1, null);
        await Grid.RescheduleAsync(due, 1, 5_000);
        due = Assert.Single(await Grid.ClaimDueAsync(70, 1_000, 1));
        Assert.Equal(1, due.Version);
        // The stream has gone on, and says nothing of when it is due: whoever has not seen that does not know.
        await Committed(Unit(A.At(1, Event(1))));
        await Grid.RescheduleAsync(due, 1, null);
        due = Assert.Single(await Grid.ClaimDueAsync(2_000, 1_000, 1));
        Assert.Equal((70, 2), (due.AtMs, due.Version));
        await Grid.RescheduleAsync(due, 2, null);
        Assert.Empty(await Grid.ClaimDueAsync(1_000_000, 1_000, 1));
        await Grid.RescheduleAsync(due, 2, 90);
        Assert.Empty(await Grid.ClaimDueAsync(1_000_000, 1_000, 1));
    }

    [SuiteFact]
    public async Task Claimers_side_by_side_never_get_the_same_customer()
    {
        const int all = 300;
        await Committed(Unit(A.At(0, Event(1))) with { Wakes = [.. Enumerable.Range(1, all).Select(static n => new Wake(Customer(n), n))] });
        var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            var mine = new List<CustomerId>();
            while (await Grid.ClaimDueAsync(1_000, 1_000, 7) is { Count: > 0 } claimed) mine.AddRange(claimed.Select(static d => d.Stream));
            return mine;
        })));
        // A claimer may see nothing while others hold what is left: what nobody got is still there.
        var left = (await Grid.ClaimDueAsync(1_000, 1_000, all)).Select(static d => d.Stream);
        Assert.Equal(Enumerable.Range(1, all).Select(Customer), claims.SelectMany(static c => c).Concat(left).Order());
    }

    [SuiteFact]
    public async Task Live_customers_are_counted_sampled_and_walked()
    {
        var random = new Random(7);
        var all = Enumerable.Range(0, 40).Select(n => Scattered(random, n)).ToList();
        foreach (var customer in all) await Committed(Unit(customer.At(0, Event(1))));
        await Committed(Unit(A.At(0, Event(1))).In("other"));
        // Absorbed, erased, absorbed and given back, absorbed and erased.
        var (merged, erased, restored, both) = (all[3], all[4], all[5], all[6]);
        await Committed(Unit(merged.At(1, Entry(RecordKind.MergedInto))));
        await Committed(Unit(restored.At(1, Entry(RecordKind.MergedInto)), both.At(1, Entry(RecordKind.MergedInto))));
        await Committed(Unit(restored.At(2, Entry(RecordKind.Restored))));
        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new(Workspace, [(erased, 1), (both, 2)], [], 9, false)));
        // One that retention has left nothing of but its state.
        await Save(Snapshot(all[0], 1, "state"));
        Assert.Equal(1, await Maintenance.TrimAsync(Workspace, all[0], 100));
        // One that begins and ends in one unit.
        await Committed(Unit(Customer(99).At(0, Event(1), Entry(RecordKind.MergedInto))));

        var live = all.Except([merged, erased, both]).OrderBy(SampleKeys.Of).ToList();
        Assert.Equal(live.Count, await Grid.CountCustomersAsync(Workspace));
        Assert.Equal(1, await Grid.CountCustomersAsync("other"));
        Assert.Equal(0, await Grid.CountCustomersAsync("third"));
        foreach (var at in (int[])[0, 1, 20, live.Count - 1])
        {
            var key = SampleKeys.Of(live[at]);
            Assert.Equal(live[at..].Concat(live[..at]), await Grid.SampleAsync(Workspace, key, 1_000));
            Assert.Equal(live[at..].Concat(live[..at]).Take(3), await Grid.SampleAsync(Workspace, key, 3));
            Assert.Equal(live[((at + 1) % live.Count)..].Concat(live[..((at + 1) % live.Count)]).Take(3), await Grid.SampleAsync(Workspace, key + 1, 3));
        }

        Assert.Equal(live.Take(2), await Grid.SampleAsync(Workspace, ulong.MinValue, 2));
        Assert.Equal(live.Take(2), await Grid.SampleAsync(Workspace, ulong.MaxValue, 2));
        var met = new List<CustomerId>();
        while (await Grid.WalkCustomersAsync(Workspace, met.Count == 0 ? null : met[^1], 4) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 4);
            met.AddRange(page);
        }

        Assert.Equal(live.Order(), met.Order());
        // Behind one that is gone meanwhile.
        var next = await Grid.WalkCustomersAsync(Workspace, met[9], 1);
        await Committed(Unit(met[9].At(met[9] == restored ? 3 : 1, Entry(RecordKind.MergedInto))));
        Assert.Equal(next, await Grid.WalkCustomersAsync(Workspace, met[9], 1));
    }

    // A UUIDv7 with a random half, as the ids of customers have.
    private static CustomerId Scattered(Random random, int n) =>
        new(new Guid(0x01890000, 0, (short)(0x7000 + n), [.. BitConverter.GetBytes((2UL << 62) | (ulong)random.NextInt64(1L << 62)).Reverse()]));
}
