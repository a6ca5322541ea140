using Cdp.Core.Journal.Index;
using Cdp.Storage.Postgres.Reading;
using Cdp.Storage.Postgres.Writing;

namespace Cdp.Storage.Postgres;

public sealed partial class PostgresJournal : IOutbox
{
    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(
        string workspace, string queue, long nowMs, long leaseMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await RunClaimAsync(() => OutboxWrites.ClaimAsync(writing, workspace, queue, nowMs, leaseMs, limit), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask SettleAsync(
        string workspace, string queue, IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        if (deliveries.Count == 0) return;
        await RunClaimAsync(() => OutboxWrites.SettleAsync(writing, workspace, queue, deliveries), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<QueueState> QueueAsync(string workspace, string queue, CancellationToken cancellationToken = default) =>
        OutboxReads.StateAsync(reads, workspace, queue, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Delivery>> DeliveriesAsync(
        string workspace, string queue, string? messageId, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return OutboxReads.DeliveriesAsync(reads, workspace, queue, messageId, limit, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ClaimedMessage>> DeadAsync(
        string workspace, string queue, string? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return OutboxReads.DeadAsync(reads, workspace, queue, after, limit, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<long> ReplayAsync(string workspace, string queue, string? messageId, long nowMs, CancellationToken cancellationToken = default) =>
        await RunJobAsync(() => retries.RunAsync(() => OutboxWrites.ReplayAsync(writing, workspace, queue, messageId, nowMs)), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<int> TrimDeliveriesAsync(long beforeMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await RunJobAsync(() => retries.RunAsync(() => GridTrims.RunAsync(writing, GridTrims.Deliveries, beforeMs, limit)), cancellationToken);
    }
}
