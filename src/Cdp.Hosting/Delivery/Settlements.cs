using Cdp.Core.Journal;
using Attempt = Cdp.Core.Journal.Index.Delivery;

namespace Cdp.Hosting.Delivery;

/// <summary>
/// Writes the attempts of one queue down: those that end while others are being written go together. While the store cannot do it, it is tried again every
/// second; attempts wait for that, so that no more begin than there are places.
/// </summary>
/// <param name="settle">Writes attempts down.</param>
/// <param name="clock">The clock of the tries.</param>
internal sealed class Settlements(Func<IReadOnlyList<Attempt>, ValueTask> settle, TimeProvider clock)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private List<Attempt> _next = [];
    private Task? _written;

    /// <summary>Writes an attempt down.</summary>
    /// <param name="delivery">The attempt.</param>
    /// <param name="stop">Ends the tries after one that failed: then the message is sent again when its lease ends.</param>
    /// <returns>A task that ends when it is durable.</returns>
    public Task AddAsync(Attempt delivery, CancellationToken stop)
    {
        lock (_gate)
        {
            _next.Add(delivery);
            // The first of a batch waits for the batch before it, and then writes for all that have joined.
            return _next.Count == 1 ? _written = WriteAsync(_written ?? Task.CompletedTask, stop) : _written!;
        }
    }

    private async Task WriteAsync(Task before, CancellationToken stop)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        List<Attempt> batch;
        lock (_gate) (batch, _next) = (_next, []);
        while (true)
        {
            try
            {
                await settle(batch);
                return;
            }
            catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException)
            {
                // Written twice is only two lines of the log.
                await Task.Delay(RetryInterval, clock, stop);
            }
        }
    }
}
