using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Api.Tests.Webhooks.Support;

/// <summary>An outbox that can refuse to write attempts down.</summary>
internal sealed class HeldOutbox(IOutbox outbox) : IOutbox
{
    private int _refused;

    public bool RefusesAttempts { get; set; }

    /// <summary>Attempts to write down that were refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(
        string workspace, string queue, long nowMs, long leaseMs, int limit, CancellationToken cancellationToken = default) =>
        outbox.ClaimAsync(workspace, queue, nowMs, leaseMs, limit, cancellationToken);

    public ValueTask SettleAsync(string workspace, string queue, IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!RefusesAttempts) return outbox.SettleAsync(workspace, queue, deliveries, cancellationToken);
        Interlocked.Increment(ref _refused);
        throw new JournalUnavailableException("The store of the test takes no attempts.");
    }

    public ValueTask<QueueState> QueueAsync(string workspace, string queue, CancellationToken cancellationToken = default) =>
        outbox.QueueAsync(workspace, queue, cancellationToken);

    public ValueTask<IReadOnlyList<Delivery>> DeliveriesAsync(
        string workspace, string queue, string? messageId, int limit, CancellationToken cancellationToken = default) =>
        outbox.DeliveriesAsync(workspace, queue, messageId, limit, cancellationToken);

    public ValueTask<IReadOnlyList<ClaimedMessage>> DeadAsync(
        string workspace, string queue, string? after, int limit, CancellationToken cancellationToken = default) =>
        outbox.DeadAsync(workspace, queue, after, limit, cancellationToken);

    public ValueTask<long> ReplayAsync(string workspace, string queue, string? messageId, long nowMs, CancellationToken cancellationToken = default) =>
        outbox.ReplayAsync(workspace, queue, messageId, nowMs, cancellationToken);

    public ValueTask<int> TrimDeliveriesAsync(long beforeMs, int limit, CancellationToken cancellationToken = default) =>
        outbox.TrimDeliveriesAsync(beforeMs, limit, cancellationToken);
}
