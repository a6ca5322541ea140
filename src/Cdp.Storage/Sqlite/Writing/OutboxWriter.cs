using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Reading;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>What has to be delivered, and what became of it.</summary>
internal sealed class OutboxWriter(Database database)
{
    private readonly Statement insert = database.Prepare("""
        INSERT INTO outbox(workspace, queue, id, customer, not_before, created, attempts, leased_until, dead, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0, 0, 0, ?6) ON CONFLICT DO NOTHING
        """);
    private readonly Statement erase = database.Prepare("DELETE FROM outbox WHERE workspace=?1 AND customer=?2");
    private readonly Statement lease = database.Prepare("UPDATE outbox SET leased_until=?4 WHERE workspace=?1 AND queue=?2 AND id=?3");
    private readonly Statement done = database.Prepare("DELETE FROM outbox WHERE workspace=?1 AND queue=?2 AND id=?3");
    private readonly Statement keep = database.Prepare("""
        UPDATE outbox SET not_before=coalesce(?4, not_before), attempts=?5, leased_until=0, dead=?6 WHERE workspace=?1 AND queue=?2 AND id=?3
        """);
    private readonly Statement log = database.Prepare("""
        INSERT INTO deliveries(workspace, queue, id, attempt, at, duration, status, http_status, code, retry_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """);
    private readonly Statement replay = database.Prepare("""
        UPDATE outbox SET not_before=?4, attempts=0, leased_until=0, dead=0 WHERE workspace=?1 AND queue=?2 AND dead=1 AND id=coalesce(?3, id)
        """);
    private readonly Statement trim = database.Prepare(
        "DELETE FROM deliveries WHERE number IN (SELECT number FROM deliveries WHERE at<?1 ORDER BY at LIMIT ?2)");
    private readonly OutboxReads reads = new(database);

    public void Add(string workspace, OutboxMessage message) => insert.Bind(1, workspace).Bind(2, message.Queue).Bind(3, message.Id).Bind(4, message.Stream)
        .Bind(5, message.NotBeforeMs).Bind(6, message.Body.Span).Run();

    public void Erase(string workspace, CustomerId stream) => erase.Bind(1, workspace).Bind(2, stream).Run();

    /// <summary>Gives messages that are due to a deliverer.</summary>
    public IReadOnlyList<ClaimedMessage> Claim(string workspace, string queue, long nowMs, long leaseMs, int limit)
    {
        var claimed = reads.Due(workspace, queue, nowMs, limit);
        foreach (var message in claimed) lease.Bind(1, workspace).Bind(2, queue).Bind(3, message.Message.Id).Bind(4, nowMs + leaseMs).Run();
        return claimed;
    }

    /// <summary>Writes an attempt down.</summary>
    public void Settle(string workspace, string queue, Delivery delivery)
    {
        log.Bind(1, workspace).Bind(2, queue).Bind(3, delivery.Id).Bind(4, delivery.Attempt).Bind(5, delivery.AtMs).Bind(6, delivery.DurationMs)
            .Bind(7, (long)delivery.Status).Bind(8, (long?)delivery.HttpStatus).Bind(10, delivery.RetryAtMs);
        if (delivery.Code is { } code) log.Bind(9, code);
        else log.BindNull(9);
        log.Run();
        if (delivery.Status is DeliveryStatus.Delivered or DeliveryStatus.Withheld) done.Bind(1, workspace).Bind(2, queue).Bind(3, delivery.Id).Run();
        else
        {
            keep.Bind(1, workspace).Bind(2, queue).Bind(3, delivery.Id).Bind(4, delivery.RetryAtMs).Bind(5, delivery.Attempt)
                .Bind(6, delivery.Status == DeliveryStatus.Dead ? 1 : 0).Run();
        }
    }

    /// <summary>Makes messages that were given up due again.</summary>
    /// <returns>How many.</returns>
    public long Replay(string workspace, string queue, string? messageId, long nowMs)
    {
        replay.Bind(1, workspace).Bind(2, queue).Bind(4, nowMs);
        if (messageId is not null) replay.Bind(3, messageId);
        else replay.BindNull(3);
        replay.Run();
        return database.Changes();
    }

    /// <summary>Removes the oldest attempts.</summary>
    /// <returns>How many.</returns>
    public int Trim(long beforeMs, int limit)
    {
        trim.Bind(1, beforeMs).Bind(2, limit).Run();
        return database.Changes();
    }
}
