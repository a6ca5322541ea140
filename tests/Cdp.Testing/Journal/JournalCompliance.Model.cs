using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Journal.Memory;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

public abstract partial class JournalCompliance
{
    /// <summary>
    /// Random units, committed side by side to the store and one after the other to the reference, leave the same index, feed and outbox. Units of a round
    /// name different streams, so that their order says nothing.
    /// </summary>
    [SuiteTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_units_leave_what_they_leave_in_the_reference(int seed)
    {
        var (random, model) = (new Random(seed), new InMemoryJournal());
        var heads = Enumerable.Range(1, 20).ToDictionary(Customer, static _ => (Version: 0L, Last: RecordKind.None));
        for (var round = 1; round <= 60; round++)
        {
            var chosen = heads.Keys.OrderBy(_ => random.Next()).Take(7).ToList();
            var live = chosen.Where(c => heads[c].Last != RecordKind.Erased).ToList();
            if (random.Next(10) == 0 && live.Where(c => heads[c].Version > 0).Select(static c => (CustomerId?)c).FirstOrDefault() is { } gone)
            {
                live.Remove(gone);
                var erasure = new EraseUnit(Workspace, [(gone, heads[gone].Version)], [], round * Hour / 3, false) { Feed = [Telling("all", gone, round, $"erased {round}")] };
                Assert.Equal(CommitOutcome.Committed, await model.EraseAsync(erasure));
                Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(erasure));
                heads[gone] = (heads[gone].Version + 1, RecordKind.Erased);
            }

            var asleep = heads.Keys.Except(chosen).ToList();
            var units = live.ConvertAll(c => RandomUnit(random, c, heads[c].Version, heads[c].Last, round, asleep));
            foreach (var unit in units) Assert.Equal(CommitOutcome.Committed, await model.CommitAsync(unit));
            await Task.WhenAll(units.Select(u => Task.Run(() => Committed(u))));
            foreach (var unit in units) heads[unit.Appends[0].Stream] = (unit.Appends[0].ExpectedVersion + 1, unit.Appends[0].Entries[0].Kind);
            if (random.Next(6) == 0) Assert.Equal(await model.DropAudienceAsync(Workspace, "a0", 100), await Grid.DropAudienceAsync(Workspace, "a0", 100));
            Assert.Equal(Sorted(await model.ClaimDueAsync(round, 2, 100)), Sorted(await Grid.ClaimDueAsync(round, 2, 100)));
        }

        await SameAsync(model);
    }

    private static UnitOfWork RandomUnit(Random random, CustomerId stream, long version, RecordKind last, int round, List<CustomerId> asleep)
    {
        var kind = last == RecordKind.MergedInto ? RecordKind.Restored : version > 0 && random.Next(8) == 0 ? RecordKind.MergedInto : RecordKind.Judged;
        var unit = Unit(stream.At(version, Entry(kind, round * Hour / 3))) with
        {
            Feed = [.. Enumerable.Range(0, random.Next(3)).Select(n => Telling("all", stream, round, $"{stream} {round} {n}"))],
            Outbox = [.. Enumerable.Range(0, random.Next(2)).Select(_ => new OutboxMessage(Queue, $"{stream} {random.Next(9)}", stream, round, default))],
            Wakes = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new Wake(asleep[random.Next(asleep.Count)], round + random.Next(-5, 5)))],
            Superseded = random.Next(2) == 0 ? [new(stream, version)] : [],
        };
        if (kind == RecordKind.MergedInto || random.Next(3) == 0) return unit;
        IndexedMembership[] memberships = [.. Enumerable.Range(0, 4).Where(_ => random.Next(2) == 0).Select(n => new IndexedMembership($"a{n}", random.Next(3)))];
        return unit with { Index = [new(stream, memberships, random.Next(3) == 0 ? null : round + random.Next(10), round * Hour / 3)] };
    }

    private async Task SameAsync(InMemoryJournal model)
    {
        Assert.Equal(await model.SizesAsync(Workspace), await Grid.SizesAsync(Workspace));
        foreach (var audience in (string[])["a0", "a1", "a2", "a3"])
        {
            Assert.Equal(await model.MembersAsync(Workspace, audience, null, 100), await Grid.MembersAsync(Workspace, audience, null, 100));
            Assert.Equal(await model.SizeHistoryAsync(Workspace, audience, 0), await Grid.SizeHistoryAsync(Workspace, audience, 0));
        }

        Assert.Equal(await model.OverlapAsync(Workspace, ["a0", "a1", "a2", "a3"]), await Grid.OverlapAsync(Workspace, ["a0", "a1", "a2", "a3"]));
        Assert.Equal(await model.SampleAsync(Workspace, 0, 100), await Grid.SampleAsync(Workspace, 0, 100));
        Assert.Equal(Sorted(await model.ClaimDueAsync(10_000, 1, 100)), Sorted(await Grid.ClaimDueAsync(10_000, 1, 100)));
        Assert.Equal(
            (await model.ClaimAsync(Workspace, Queue, 10_000, 1, 1_000)).Select(static c => c.Message with { Body = default }),
            (await Outbox.ClaimAsync(Workspace, Queue, 10_000, 1, 1_000)).Select(static c => c.Message with { Body = default }));

        // Between customers a feed has no order that could be compared.
        var told = (await model.ReadFeedAsync(Workspace, "all", FeedPlace.Start, 1_000)).Select(static r => r.Body.Text()).ToList();
        var shown = (await Feed("all", told.Count)).Select(static r => r.Body.Text()).ToList();
        Assert.Equal(told.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        foreach (var customer in told.GroupBy(static t => t.Split(' ')[0])) Assert.Equal(customer, shown.Where(s => s.Split(' ')[0] == customer.Key));
    }

    private static IEnumerable<DueCustomer> Sorted(IEnumerable<DueCustomer> due) => due.OrderBy(static d => d.AtMs).ThenBy(static d => d.Stream);
}
