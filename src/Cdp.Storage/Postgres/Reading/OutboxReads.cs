using Cdp.Core.Journal.Index;
using Npgsql;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Messages that wait, and the log of attempts.</summary>
internal static class OutboxReads
{
    /// <summary>The columns of a message, as <see cref="Message"/> reads them.</summary>
    public const string Columns = "o.queue, o.id, o.customer, o.not_before, o.body, o.attempts, o.created";

    private const string Dead = $"SELECT {Columns} FROM outbox o WHERE workspace=$1 AND queue=$2 AND dead AND id>$3 COLLATE \"C\" ORDER BY id LIMIT $4";
    private const string State = """
        SELECT count(*) FILTER (WHERE NOT dead), count(*) FILTER (WHERE dead), min(not_before) FILTER (WHERE NOT dead) FROM outbox WHERE workspace=$1 AND queue=$2
        """;
    private const string Attempts =
        "SELECT id, attempt, at, duration, status, http_status, code, retry_at FROM deliveries WHERE workspace=$1 AND queue=$2";

    private const string Newest = "ORDER BY at DESC, number DESC LIMIT $3";

    public static ValueTask<IReadOnlyList<ClaimedMessage>> DeadAsync(
        Reads reads, string workspace, string queue, string? after, int limit, CancellationToken cancellationToken) =>
        reads.AllAsync(Dead, p => p.With(workspace).With(queue).With(after ?? "").With((long)limit), Message, cancellationToken);

    public static async ValueTask<QueueState> StateAsync(Reads reads, string workspace, string queue, CancellationToken cancellationToken) =>
        (await reads.AllAsync(
            State,
            p => p.With(workspace).With(queue),
            static r => new QueueState(r.GetInt64(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.GetInt64(2)),
            cancellationToken))[0];

    public static ValueTask<IReadOnlyList<Delivery>> DeliveriesAsync(
        Reads reads, string workspace, string queue, string? messageId, int limit, CancellationToken cancellationToken) => reads.AllAsync(
        messageId is null ? $"{Attempts} {Newest}" : $"{Attempts} AND id=$4 {Newest}",
        p =>
        {
            p.With(workspace).With(queue).With((long)limit);
            if (messageId is not null) p.With(messageId);
        },
        static r => new Delivery(
            r.GetString(0), (int)r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), (DeliveryStatus)r.GetInt16(4),
            r.IsDBNull(5) ? null : (int)r.GetInt64(5), r.IsDBNull(6) ? null : r.GetString(6), r.IsDBNull(7) ? null : r.GetInt64(7)),
        cancellationToken);

    public static ClaimedMessage Message(NpgsqlDataReader reader) => new(
        new(reader.GetString(0), reader.GetString(1), new(reader.GetGuid(2)), reader.GetInt64(3), reader.GetFieldValue<byte[]>(4)),
        (int)reader.GetInt64(5),
        reader.GetInt64(6));
}
