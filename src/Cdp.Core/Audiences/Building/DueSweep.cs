using System.Runtime.ExceptionServices;
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
    /// <exception cref="Exception">What ended the look at one of them, after all the others have been looked at.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        var count = 0;
        Exception? fault = null;
        while (true)
        {
            var due = await index.ClaimDueAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), (long)Lease.TotalMilliseconds, Page, cancellationToken);
            await Parallel.ForEachAsync(due, cancellationToken, async (customer, stop) =>
            {
                try
                {
                    var answer = await actors.Customer(customer.Workspace, customer.Stream).SettleAsync(customer.Version);
                    if (answer.Status is CallStatus.Done or CallStatus.NotMine)
                        await index.RescheduleAsync(customer, answer.Value?.Version ?? customer.Version, answer.Value?.NextMs, stop);
                }
                catch (Exception error) when (error is not (OperationCanceledException or JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException))
                {
                    // The others on the page do not wait for the end of the lease because of this one.
                    fault = error;
                }
            });
            count += due.Count;
            if (due.Count == Page) continue;
            if (fault is not null) ExceptionDispatchInfo.Throw(fault);
            return count;
        }
    }
}
