using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>
/// Who is due, between units. Each is one statement that may be done twice: a claim whose answer was lost comes back when its lease ends.
/// </summary>
internal static class DueClaims
{
    private const string WakeSql = """
        INSERT INTO due AS d (workspace, customer, at, leased_until) VALUES ($1, $2, $3, 0)
        ON CONFLICT (workspace, customer) DO UPDATE SET at=excluded.at, leased_until=0 WHERE excluded.at<d.at
        """;

    /// <summary>Claims: now, the end of the lease, how many. Rows that others hold are passed over, so that nobody waits.</summary>
    public const string ClaimSql = """
        WITH ready AS MATERIALIZED (
            SELECT workspace, customer FROM due WHERE at<=$1 AND leased_until<=$1 ORDER BY at LIMIT $3 FOR UPDATE SKIP LOCKED)
        UPDATE due d SET leased_until=$2 FROM ready r WHERE d.workspace=r.workspace AND d.customer=r.customer RETURNING d.workspace, d.customer, d.at
        """;
    private const string MoveSql = "UPDATE due SET at=$4, leased_until=0 WHERE workspace=$1 AND customer=$2 AND at=$3";
    private const string ClearSql = "DELETE FROM due WHERE workspace=$1 AND customer=$2 AND at=$3";

    public static async Task<int> WakeAsync(NpgsqlDataSource source, string workspace, Wake wake)
    {
        await using var command = source.CreateCommand(WakeSql);
        command.Parameters.With(workspace).With(wake.Stream.Value).With(wake.AtMs);
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<IReadOnlyList<DueCustomer>> ClaimAsync(NpgsqlDataSource source, long nowMs, long leaseMs, int limit)
    {
        await using var command = source.CreateCommand(ClaimSql);
        command.Parameters.With(nowMs).With(nowMs + leaseMs).With((long)limit);
        await using var reader = await command.ExecuteReaderAsync();
        var claimed = new List<DueCustomer>();
        while (await reader.ReadAsync()) claimed.Add(new(reader.GetString(0), new CustomerId(reader.GetGuid(1)), reader.GetInt64(2)));
        return [.. claimed.OrderBy(static d => d.AtMs)];
    }

    public static async Task<int> RescheduleAsync(NpgsqlDataSource source, DueCustomer due, long? nextMs)
    {
        await using var command = source.CreateCommand(nextMs is null ? ClearSql : MoveSql);
        command.Parameters.With(due.Workspace).With(due.Stream.Value).With(due.AtMs);
        if (nextMs is { } next) command.Parameters.With(next);
        return await command.ExecuteNonQueryAsync();
    }
}
