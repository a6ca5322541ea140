using Cdp.Grains;

namespace Cdp.Silo.Members;

/// <summary>
/// Asks the membership table every second whether this silo is in it and alive. A silo that was stopped or cut off for longer than the others wait must
/// not answer reads from memory: they may have declared it dead, and its customers may be active elsewhere.
/// </summary>
/// <param name="table">Who is a member.</param>
/// <param name="self">This silo.</param>
/// <param name="time">The clock.</param>
internal sealed class SiloStanding(IMembershipTable table, ILocalSiloDetails self, TimeProvider time) : BackgroundService, ISiloStanding
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // Shorter than the time in which the others can declare a silo dead that answered a moment ago.
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(5);

    private long _confirmedAt = long.MinValue;

    /// <inheritdoc/>
    public bool IsConfirmed
    {
        get
        {
            var at = Volatile.Read(ref _confirmedAt);
            return at != long.MinValue && time.GetElapsedTime(at) < GoodFor;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            // What the table said is as old as the question.
            var asked = time.GetTimestamp();
            if (await IsMemberAsync(stoppingToken)) Volatile.Write(ref _confirmedAt, asked);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<bool> IsMemberAsync(CancellationToken stopping)
    {
        try
        {
            var row = await table.ReadRowAsync(self.SiloAddress, stopping);
            return row.TryGet(self.SiloAddress) is { } entry && entry.Item1.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping;
        }
#pragma warning disable CA1031 // Whatever the reason: not confirmed.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
