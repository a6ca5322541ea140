using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Messages that wait, and the log of attempts.</summary>
internal sealed class OutboxReads(Database database)
{
    private const string Columns = "SELECT queue, id, customer, not_before, body, attempts, created FROM outbox";

    private readonly Statement due = database.Prepare(
        $"{Columns} WHERE workspace=?1 AND queue=?2 AND dead=0 AND not_before<=?3 AND leased_until<=?3 ORDER BY not_before, id LIMIT ?4");
    private readonly Statement anyDue = database.Prepare(
        "SELECT 1 FROM outbox WHERE workspace=?1 AND queue=?2 AND dead=0 AND not_before<=?3 AND leased_until<=?3 LIMIT 1");
    private readonly Statement dead = database.Prepare($"{Columns} WHERE workspace=?1 AND queue=?2 AND dead=1 AND id>?3 ORDER BY id LIMIT ?4");
    private readonly Statement state = database.Prepare("""
        SELECT count(*) FILTER (WHERE dead=0), count(*) FILTER (WHERE dead=1), min(not_before) FILTER (WHERE dead=0) FROM outbox WHERE workspace=?1 AND queue=?2
        """);
    private readonly Statement deliveries = database.Prepare($"{Attempts} ORDER BY at DESC, number DESC LIMIT ?3");
    private readonly Statement deliveriesOf = database.Prepare($"{Attempts} AND id=?4 ORDER BY at DESC, number DESC LIMIT ?3");

    private const string Attempts =
        "SELECT id, attempt, at, duration, status, http_status, code, retry_at FROM deliveries WHERE workspace=?1 AND queue=?2";

    public IReadOnlyList<ClaimedMessage> Due(string workspace, string queue, long nowMs, int limit) =>
        due.Bind(1, workspace).Bind(2, queue).Bind(3, nowMs).Bind(4, limit).All(Message);

    public bool AnyDue(string workspace, string queue, long nowMs) => anyDue.Bind(1, workspace).Bind(2, queue).Bind(3, nowMs).All(static _ => true).Count > 0;

    public IReadOnlyList<ClaimedMessage> Dead(string workspace, string queue, string? after, int limit) =>
        dead.Bind(1, workspace).Bind(2, queue).Bind(3, after ?? "").Bind(4, limit).All(Message);

    public QueueState State(string workspace, string queue) =>
        state.Bind(1, workspace).Bind(2, queue).All(static r => new QueueState(r.Int64(0), r.Int64(1), r.IsNull(2) ? null : r.Int64(2)))[0];

    public IReadOnlyList<Delivery> Deliveries(string workspace, string queue, string? messageId, int limit)
    {
        var statement = messageId is null ? deliveries : deliveriesOf.Bind(4, messageId);
        return statement.Bind(1, workspace).Bind(2, queue).Bind(3, limit).All(static r => new Delivery(
            r.Text(0), (int)r.Int64(1), r.Int64(2), r.Int64(3), (DeliveryStatus)r.Int64(4),
            r.IsNull(5) ? null : (int)r.Int64(5), r.IsNull(6) ? null : r.Text(6), r.IsNull(7) ? null : r.Int64(7)));
    }

    private static ClaimedMessage Message(Statement row) =>
        new(new(row.Text(0), row.Text(1), row.Id(2), row.Int64(3), row.Blob(4)), (int)row.Int64(5), row.Int64(6));
}
