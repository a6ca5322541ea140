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
        UPDATE due d SET leased_until=$2 FROM ready r WHERE d.workspace=r.workspace AND d.customer=r.customer
        RETURNING d.workspace, d.customer, d.at, coalesce((SELECT version FROM streams s WHERE s.workspace=d.workspace AND s.stream=d.customer), 0)
        """;

    // The stream's row is locked first, as units do: what they append is either seen here, or finds what is written here.
    private const string Head = "WITH head AS MATERIALIZED (SELECT version FROM streams WHERE workspace=$1 AND stream=$2 FOR SHARE)";
    private const string Claimed = "workspace=$1 AND customer=$2 AND at=$3 AND coalesce((SELECT version FROM head), 0)=$4";
    private const string MoveSql = $"{Head} UPDATE due SET at=$5, leased_until=0 WHERE {Claimed}";
    private const string ClearSql = $"{Head} DELETE FROM due WHERE {Claimed}";

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
        while (await reader.ReadAsync()) claimed.Add(new(reader.GetString(0), new CustomerId(reader.GetGuid(1)), reader.GetInt64(2), reader.GetInt64(3)));
        return [.. claimed.OrderBy(static d => d.AtMs)];
    }

    public static async Task<int> RescheduleAsync(NpgsqlDataSource source, DueCustomer due, long version, long? nextMs)
    {
        await using var command = source.CreateCommand(nextMs is null ? ClearSql : MoveSql);
        command.Parameters.With(due.Workspace).With(due.Stream.Value).With(due.AtMs).With(version);
        if (nextMs is { } next) command.Parameters.With(next);
        return await command.ExecuteNonQueryAsync();
    }
}
