using Cdp.Core.Journal.Index;

namespace Cdp.Core.Journal.Memory;

public sealed partial class InMemoryJournal : IOutbox
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(
        string workspace, string queue, long nowMs, long leaseMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
        {
            var outbox = Of(workspace).Index.Outbox;
            var due = outbox.Where(o => o.Key.Queue == queue && !o.Value.IsDead && o.Value.Message.NotBeforeMs <= nowMs && o.Value.LeasedUntilMs <= nowMs)
                .OrderBy(static o => o.Value.Message.NotBeforeMs).ThenBy(static o => o.Key.Id, StringComparer.Ordinal).Take(limit).ToList();
            foreach (var (key, queued) in due) outbox[key] = queued with { LeasedUntilMs = nowMs + leaseMs };
            return ValueTask.FromResult<IReadOnlyList<ClaimedMessage>>([.. due.Select(static o => Claimed(o.Value))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask SettleAsync(string workspace, string queue, IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var index = Of(workspace).Index;
            foreach (var delivery in deliveries)
            {
                index.Deliveries.Add((queue, delivery));
                var key = (queue, delivery.Id);
                if (!index.Outbox.TryGetValue(key, out var queued)) continue;
                if (delivery.Status is DeliveryStatus.Delivered or DeliveryStatus.Withheld)
                {
                    index.Outbox.Remove(key);
                    continue;
                }

                index.Outbox[key] = queued with
                {
                    Message = queued.Message with { NotBeforeMs = delivery.RetryAtMs ?? queued.Message.NotBeforeMs },
                    Attempts = delivery.Attempt,
                    LeasedUntilMs = 0,
                    IsDead = delivery.Status == DeliveryStatus.Dead,
                };
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<QueueState> QueueAsync(string workspace, string queue, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var all = Of(workspace).Index.Outbox.Where(o => o.Key.Queue == queue).Select(static o => o.Value).ToLookup(static o => o.IsDead);
            return ValueTask.FromResult(new QueueState(all[false].LongCount(), all[true].LongCount(), all[false].Min(static o => (long?)o.Message.NotBeforeMs)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Delivery>> DeliveriesAsync(
        string workspace, string queue, string? messageId, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<Delivery>>([.. Of(workspace).Index.Deliveries
                .Where(d => d.Queue == queue && (messageId is null || d.Delivery.Id == messageId)).Select(static d => d.Delivery)
                .Reverse().OrderByDescending(static d => d.AtMs).Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClaimedMessage>> DeadAsync(
        string workspace, string queue, string? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<ClaimedMessage>>([.. Of(workspace).Index.Outbox
                .Where(o => o.Key.Queue == queue && o.Value.IsDead && string.CompareOrdinal(o.Key.Id, after) > 0)
                .OrderBy(static o => o.Key.Id, StringComparer.Ordinal).Take(limit).Select(static o => Claimed(o.Value))]);
    }

    /// <inheritdoc/>
    public ValueTask<long> ReplayAsync(string workspace, string queue, string? messageId, long nowMs, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var outbox = Of(workspace).Index.Outbox;
            var dead = outbox.Where(o => o.Key.Queue == queue && o.Value.IsDead && (messageId is null || o.Key.Id == messageId)).ToList();
            foreach (var (key, queued) in dead)
                outbox[key] = queued with { Message = queued.Message with { NotBeforeMs = nowMs }, Attempts = 0, LeasedUntilMs = 0, IsDead = false };
            return ValueTask.FromResult((long)dead.Count);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> TrimDeliveriesAsync(long beforeMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
        {
            var removed = 0;
            foreach (var space in spaces.Values) removed += space.Index.Deliveries.RemoveAll(d => d.Delivery.AtMs < beforeMs && limit-- > 0);
            return ValueTask.FromResult(removed);
        }
    }

    private static ClaimedMessage Claimed(Queued queued) =>
        new(queued.Message with { Body = queued.Message.Body.ToArray() }, queued.Attempts, queued.CreatedAtMs);
}
