using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;
using Cdp.Grains.Customers;
using Cdp.Grains.Tests.Support;
using Cdp.Testing.Journal;
using Cdp.Testing.Time;
using Cdp.Testing.Waiting;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Grains.Tests.Grains;

/// <summary>A customer who is active on two silos, of which the one only reads: two clusters over one store.</summary>
public sealed class StaleCheckTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly CdpGrainsOptions s_compares = new() { CompareEvery = Interval };

    [Fact]
    public async Task A_reader_whose_silo_is_behind_the_store_is_behind_for_one_interval()
    {
        var (journal, clock) = (new InMemoryJournal(), new FakeClock());
        await using var writes = await TestSilo.StartAsync(journal);
        await using var reads = await TestSilo.StartAsync(journal, options: s_compares, clock: clock);
        await writes.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u"}""");
        Assert.Equal(1, (await reads.Grid.ReadAsync("user_id", "u")).EventCount());

        await writes.Grid.SendAsync("""{"type":"track","event":"x","userId":"u"}""", 1, messageId: "m");
        Assert.Equal(1, (await reads.Grid.ReadAsync("user_id", "u")).EventCount());

        await Eventually.TrueAsync("it reads what the store has", Patience, async () =>
        {
            clock.Advance(Interval);
            return (await reads.Grid.ReadAsync("user_id", "u")).EventCount() == 2;
        });
    }

    [Fact]
    public async Task Only_those_who_were_read_are_compared_and_nobody_leaves_who_is_not_behind()
    {
        var journal = new Asked(new InMemoryJournal());
        await using var silo = await TestSilo.StartAsync(journal, options: s_compares, clock: new FakeClock());
        var check = silo.Services.GetRequiredService<StaleCheck>();
        foreach (var user in (string[])["a", "b", "c"]) await silo.Grid.CreateAsync($$"""{"type":"track","event":"x","userId":"{{user}}"}""");
        await check.CompareAsync();
        journal.Streams = 0;

        await silo.Grid.ReadAsync("user_id", "b");
        await silo.Grid.ReadAsync("user_id", "b");
        Assert.Equal(0, await check.CompareAsync());
        Assert.Equal(1, journal.Streams);
        Assert.Equal(0, await check.CompareAsync());
        Assert.Equal(1, journal.Streams);
        Assert.Equal(3, silo.Customers.Count);
    }

    private sealed class Asked(IJournal inner) : DelegatingJournal(inner)
    {
        public int Streams { get; set; }

        public override ValueTask<IReadOnlyList<long>> VersionsAsync(
            string workspace, IReadOnlyList<Cdp.Core.Identity.CustomerId> streams, CancellationToken cancellationToken = default)
        {
            Streams += streams.Count;
            return base.VersionsAsync(workspace, streams, cancellationToken);
        }
    }
}
