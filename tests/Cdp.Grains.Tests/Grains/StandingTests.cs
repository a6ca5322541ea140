using Cdp.Core.Grid;
using Cdp.Core.Journal.Memory;
using Cdp.Grains.Tests.Support;
using Cdp.Silo.Members;
using Cdp.Testing.Time;
using Cdp.Testing.Waiting;

namespace Cdp.Grains.Tests.Grains;

/// <summary>What a silo does that may have been declared dead.</summary>
public sealed class StandingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_silo_that_cannot_confirm_its_membership_takes_no_writes()
    {
        var (journal, standing) = (new InMemoryJournal(), new Standing());
        await using var silo = await TestSilo.StartAsync(journal, standing: standing);
        await silo.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u"}""");

        standing.Left = 0;
        var refused = await silo.Grid.SendAsync("""{"type":"track","event":"x","userId":"u"}""", 1, messageId: "m");
        Assert.Equal(EventStatus.Failed, refused.Status);

        standing.Left = int.MaxValue;
        Assert.Equal(EventStatus.Applied, (await silo.Grid.SendAsync("""{"type":"track","event":"x","userId":"u"}""", 1, messageId: "m")).Status);
    }

    [Fact]
    public async Task A_write_is_not_acknowledged_by_a_silo_that_lost_its_standing_meanwhile_and_is_a_duplicate_afterwards()
    {
        var (journal, standing) = (new InMemoryJournal(), new Standing());
        await using var silo = await TestSilo.StartAsync(journal, standing: standing);
        await silo.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u"}""");

        // Asked once before the commit, and once after it.
        standing.Left = 1;
        var committed = await silo.Grid.SendAsync("""{"type":"track","event":"x","userId":"u"}""", 1, messageId: "m");
        Assert.Equal(EventStatus.Failed, committed.Status);

        standing.Left = int.MaxValue;
        Assert.Equal(EventStatus.Duplicate, (await silo.Grid.SendAsync("""{"type":"track","event":"x","userId":"u"}""", 1, messageId: "m")).Status);
        Assert.Equal(2, (await silo.Grid.ReadAsync("user_id", "u")).EventCount());
    }

    [Fact]
    public async Task Standing_lasts_for_4_s_without_an_answer_and_ends_at_once_when_the_table_says_so()
    {
        var (clock, table) = (new FakeClock(), new OneRowTable { Status = SiloStatus.Active });
        using var standing = new SiloStanding(table, table, clock);
        await standing.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync("it is confirmed", Patience, () => standing.IsConfirmed);

        table.Status = null;
        for (var second = 1; second <= 3; second++) await AskAgainAsync(clock, table);
        clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.True(standing.IsConfirmed);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(standing.IsConfirmed);

        table.Status = SiloStatus.Active;
        await AskAgainAsync(clock, table);
        await Eventually.TrueAsync("it is confirmed again", Patience, () => standing.IsConfirmed);
        table.Status = SiloStatus.Dead;
        await AskAgainAsync(clock, table);
        await Eventually.TrueAsync("it is over long before its time", Patience, () => !standing.IsConfirmed);
    }

    private static async Task AskAgainAsync(FakeClock clock, OneRowTable table)
    {
        var asked = table.Asked;
        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync("the table is asked again", Patience, () => table.Asked > asked);
    }

    /// <summary>Says yes for a number of times.</summary>
    private sealed class Standing : ISiloStanding
    {
        private int _left = int.MaxValue;

        public int Left
        {
            set => Volatile.Write(ref _left, value);
        }

        public bool IsConfirmed => Volatile.Read(ref _left) > 0 && Interlocked.Decrement(ref _left) >= 0;
    }
}
