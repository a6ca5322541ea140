using System.Data;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Postgres.Reading;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>What deliverers do with messages.</summary>
internal static class OutboxWrites
{
    /// <summary>Claims: workspace, queue, now, the end of the lease, how many. Rows that others hold are passed over, so that nobody waits.</summary>
    public const string ClaimSql = $"""
        WITH ready AS MATERIALIZED (
            SELECT id FROM outbox WHERE workspace=$1 AND queue=$2 AND NOT dead AND not_before<=$3 AND leased_until<=$3
            ORDER BY not_before, id LIMIT $5 FOR UPDATE SKIP LOCKED)
        UPDATE outbox o SET leased_until=$4 FROM ready r WHERE o.workspace=$1 AND o.queue=$2 AND o.id=r.id RETURNING {OutboxReads.Columns}
        """;

    // All in one order: two that settle the same messages, and erasures of their customers, must not wait in a circle.
    private const string Lock = "SELECT 1 FROM outbox WHERE workspace=$1 AND queue=$2 AND id=ANY($3) ORDER BY id FOR UPDATE";
    private const string Log = """
        INSERT INTO deliveries(workspace, queue, id, attempt, at, duration, status, http_status, code, retry_at)
        SELECT $1, $2, id, attempt, at, duration, status, http_status, code, retry_at
        FROM unnest($3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY AS n(id, attempt, at, duration, status, http_status, code, retry_at, ord) ORDER BY ord
        """;
    private const string Done = "DELETE FROM outbox WHERE workspace=$1 AND queue=$2 AND id=ANY($3)";
    private const string Keep = """
        UPDATE outbox o SET not_before=coalesce(n.retry_at, o.not_before), attempts=n.attempt, leased_until=0, dead=n.dead
        FROM unnest($3, $4, $5, $6) AS n(id, attempt, retry_at, dead) WHERE o.workspace=$1 AND o.queue=$2 AND o.id=n.id
        """;
    private const string ReplaySql = """
        WITH given_up AS MATERIALIZED (SELECT id FROM outbox WHERE workspace=$1 AND queue=$2 AND dead AND ($4::text IS NULL OR id=$4) ORDER BY id FOR UPDATE)
        UPDATE outbox o SET not_before=$3, attempts=0, leased_until=0, dead=false FROM given_up g WHERE o.workspace=$1 AND o.queue=$2 AND o.id=g.id
        """;

    public static async Task<IReadOnlyList<ClaimedMessage>> ClaimAsync(
        NpgsqlDataSource source, string workspace, string queue, long nowMs, long leaseMs, int limit)
    {
        await using var command = source.CreateCommand(ClaimSql);
        command.Parameters.With(workspace).With(queue).With(nowMs).With(nowMs + leaseMs).With((long)limit);
        await using var reader = await command.ExecuteReaderAsync();
        var claimed = new List<ClaimedMessage>();
        while (await reader.ReadAsync()) claimed.Add(OutboxReads.Message(reader));
        return [.. claimed.OrderBy(static c => c.Message.NotBeforeMs).ThenBy(static c => c.Message.Id, StringComparer.Ordinal)];
    }

    /// <summary>Writes attempts down.</summary>
    /// <exception cref="UnknownCommitOutcomeException">COMMIT was sent, and no answer came.</exception>
    public static async Task<int> SettleAsync(NpgsqlDataSource source, string workspace, string queue, IReadOnlyList<Delivery> deliveries)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        await using var batch = new NpgsqlBatch(connection);
        NpgsqlParameterCollection Add(string sql, IReadOnlyList<Delivery> of) => batch.Add(sql).With(workspace).With(queue).With(of, static d => d.Id);

        Add(Lock, deliveries);
        Add(Log, deliveries).With(deliveries, static d => (long)d.Attempt).With(deliveries, static d => d.AtMs).With(deliveries, static d => d.DurationMs)
            .With(deliveries, static d => (short)d.Status).With(deliveries, static d => (long?)d.HttpStatus).With(deliveries, static d => d.Code)
            .With(deliveries, static d => d.RetryAtMs);
        var kept = deliveries.Where(static d => d.Status is not (DeliveryStatus.Delivered or DeliveryStatus.Withheld)).ToList();
        if (kept.Count < deliveries.Count) Add(Done, [.. deliveries.Except(kept)]);
        if (kept.Count > 0)
        {
            Add(Keep, kept).With(kept, static d => (long)d.Attempt).With(kept, static d => d.RetryAtMs).With(kept, static d => d.Status == DeliveryStatus.Dead);
        }
        await batch.ExecuteNonQueryAsync();
        await Commits.CommitAsync(connection, transaction);
        return deliveries.Count;
    }

    /// <summary>Makes messages that were given up due again. One statement, and done twice it finds none; an answer that was lost is an unknown outcome.</summary>
    public static async Task<long> ReplayAsync(NpgsqlDataSource source, string workspace, string queue, string? messageId, long nowMs)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        await using var command = new NpgsqlCommand(ReplaySql, connection);
        command.Parameters.With(workspace).With(queue).With(nowMs).With(messageId);
        var count = await command.ExecuteNonQueryAsync();
        await Commits.CommitAsync(connection, transaction);
        return count;
    }
}
