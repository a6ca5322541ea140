using Cdp.Standalone.Actors;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>Two sweeps at a time.</summary>
public sealed class SweepTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_sweep_by_the_clock_waits_for_one_that_makes_room()
    {
        using var entered = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var table = new ActorTable<int, Actor>(15, TimeSpan.FromSeconds(5), _ => new Actor(), _ =>
        {
            entered.Set();
            goOn.Wait(Patience);
        });
        // As many as are let in before room is made.
        for (var i = 0; i < 16; i++) table.GetOrAdd(i);
        var room = new Thread(() => table.Sweep(TimeSpan.Zero));
        room.Start();
        Assert.True(entered.Wait(Patience));

        var byClock = new Thread(() => table.Sweep(TimeSpan.FromSeconds(5)));
        byClock.Start();
        Assert.True(SpinWait.SpinUntil(() => !byClock.IsAlive || byClock.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Patience));
        goOn.Set();
        Assert.True(room.Join(Patience) && byClock.Join(Patience));
        Assert.Equal(0, table.Count);
    }

    private sealed class Actor : Mailbox;
}
