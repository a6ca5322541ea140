using Cdp.Core.Actors;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Audiences.Building;

/// <summary>
/// Looks at customers whose time has come and whom nobody touches, so that they leave and enter audiences without new traffic. Several processes may sweep: none
/// is looked at by two of them at once.
/// </summary>
/// <param name="index">Who is due.</param>
/// <param name="actors">Where they are woken.</param>
/// <param name="clock">The time.</param>
public sealed class DueSweep(IGridIndex index, IActors actors, TimeProvider clock)
{
    private const int Page = 256;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>Looks at those who are due now. One who is busy comes again when the lease ends.</summary>
    /// <param name="cancellationToken">Stops it between two customers.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="JournalUnavailableException">The store could not do it.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        var count = 0;
        while (true)
        {
            var due = await index.ClaimDueAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), (long)Lease.TotalMilliseconds, Page, cancellationToken);
            await Parallel.ForEachAsync(due, cancellationToken, async (customer, stop) =>
            {
                var answer = await actors.Customer(customer.Workspace, customer.Stream).SettleAsync(customer.Version);
                if (answer.Status is CallStatus.Done or CallStatus.NotMine)
                    await index.RescheduleAsync(customer, answer.Value?.Version ?? customer.Version, answer.Value?.NextMs, stop);
            });
            count += due.Count;
            if (due.Count < Page) return count;
        }
    }
}
