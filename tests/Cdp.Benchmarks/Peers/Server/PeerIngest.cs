using Npgsql;

namespace Cdp.Benchmarks.Peers.Server;

/// <summary>A batch into the store and then into the cache; anew when another batch was in its way.</summary>
internal sealed class PeerIngest(PeerStore store, PeerCache cache)
{
    private const int Tries = 8;

    /// <summary>Applies a batch; durable, and in the cache, when this returns.</summary>
    public async Task ApplyAsync(IReadOnlyList<PeerEvent> events)
    {
        if (events.Count > 0) await cache.WriteAsync(await StoreAsync(events));
    }

    private async Task<PeerBatch> StoreAsync(IReadOnlyList<PeerEvent> events)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await store.ApplyAsync(events, DateTime.UtcNow);
            }
            catch (Exception e) when (attempt < Tries && e is PeerConflictException or PostgresException
            {
                SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected,
            })
            {
                // The winner has committed: the next try sees what it wrote.
            }
        }
    }
}
