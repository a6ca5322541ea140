using Cdp.Core.Journal.Index;

namespace Cdp.Storage.Sqlite;

public sealed partial class SqliteJournal : IOutbox
{
    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(
        string workspace, string queue, long nowMs, long leaseMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (!await reads.ReadAsync((workspace, queue, nowMs), static (c, s) => c.Outbox.AnyDue(s.workspace, s.queue, s.nowMs), cancellationToken)) return [];
        return await Run(c => c.InTransaction(w => w.Grid.Outbox.Claim(workspace, queue, nowMs, leaseMs, limit)), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask SettleAsync(
        string workspace, string queue, IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        if (deliveries.Count == 0) return;
        await WriteAsync(
            g =>
            {
                foreach (var delivery in deliveries) g.Outbox.Settle(workspace, queue, delivery);
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<QueueState> QueueAsync(string workspace, string queue, CancellationToken cancellationToken = default) =>
        reads.ReadAsync((workspace, queue), static (c, s) => c.Outbox.State(s.workspace, s.queue), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Delivery>> DeliveriesAsync(
        string workspace, string queue, string? messageId, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return reads.ReadAsync(
            (workspace, queue, messageId, limit), static (c, s) => c.Outbox.Deliveries(s.workspace, s.queue, s.messageId, s.limit), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ClaimedMessage>> DeadAsync(
        string workspace, string queue, string? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return reads.ReadAsync(
            (workspace, queue, after, limit), static (c, s) => c.Outbox.Dead(s.workspace, s.queue, s.after, s.limit), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<long> ReplayAsync(string workspace, string queue, string? messageId, long nowMs, CancellationToken cancellationToken = default) =>
        Run(c => c.InTransaction(w => w.Grid.Outbox.Replay(workspace, queue, messageId, nowMs)), cancellationToken);

    /// <inheritdoc />
    public ValueTask<int> TrimDeliveriesAsync(long beforeMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return Run(c => c.InTransaction(w => w.Grid.Outbox.Trim(beforeMs, limit)), cancellationToken);
    }
}
