using Cdp.Grains;

namespace Cdp.Silo.Members;

/// <summary>
/// Asks the membership table every second whether this silo is in it and alive. A silo that was stopped or cut off for longer than the others wait must
/// answer neither reads from memory nor writes: they may have declared it dead, and its customers may be active elsewhere.
/// </summary>
/// <param name="table">Who is a member.</param>
/// <param name="self">This silo.</param>
/// <param name="time">The clock.</param>
internal sealed class SiloStanding(IMembershipTable table, ILocalSiloDetails self, TimeProvider time) : BackgroundService, ISiloStanding
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // A question that is not answered in this time is asked anew: PostgreSQL may be another one by then.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const long Never = long.MinValue;

    private long _confirmedAt = Never;

    /// <inheritdoc/>
    public bool IsConfirmed
    {
        get
        {
            var at = Volatile.Read(ref _confirmedAt);
            return at != Never && time.GetElapsedTime(at) < Membership.StandingIsGoodFor;
        }
    }

    /// <summary>Does not stop it: until the silo has left, calls that are under way have to know where it stands. It ends when it is disposed of.</summary>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>A task that has ended.</returns>
    public override Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            // What the table said is as old as the question.
            var asked = time.GetTimestamp();
            if (await IsMemberAsync(stoppingToken) is { } isMember) Volatile.Write(ref _confirmedAt, isMember ? asked : Never);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>What the table says; null when it does not answer.</summary>
    private async Task<bool?> IsMemberAsync(CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        try
        {
            var row = await table.ReadRowAsync(self.SiloAddress, either.Token).WaitAsync(either.Token);
            return row.TryGet(self.SiloAddress)?.Item1.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping;
        }
#pragma warning disable CA1031 // Whatever the reason: not confirmed.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
