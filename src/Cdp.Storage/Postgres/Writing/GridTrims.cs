using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>Removes what is old or nobody's any more, in steps. Rows that others hold are left to the next step, so that nobody waits.</summary>
internal static class GridTrims
{
    // Materialized, or a plan could run the choice of rows once for every row that it joins.

    /// <summary>Feed entries: before when, how many.</summary>
    public const string Feed = """
        WITH old AS MATERIALIZED (SELECT workspace, topic, epoch, number FROM feed WHERE at<$1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)
        DELETE FROM feed f USING old k WHERE f.workspace=k.workspace AND f.topic=k.topic AND f.epoch=k.epoch AND f.number=k.number
        """;

    /// <summary>Attempts: before when, how many.</summary>
    public const string Deliveries = """
        WITH old AS MATERIALIZED (SELECT number FROM deliveries WHERE at<$1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)
        DELETE FROM deliveries d USING old k WHERE d.number=k.number
        """;
    private const string Members = """
        WITH chosen AS MATERIALIZED (
            SELECT customer FROM memberships WHERE workspace=$1 AND audience=$2 ORDER BY customer LIMIT $3 FOR UPDATE SKIP LOCKED)
        DELETE FROM memberships m USING chosen k WHERE m.workspace=$1 AND m.audience=$2 AND m.customer=k.customer
        """;
    private const string AnyMember = "SELECT EXISTS(SELECT 1 FROM memberships WHERE workspace=$1 AND audience=$2)";
    private const string Sizes = """
        WITH all_hours AS MATERIALIZED (SELECT hour, shard FROM audience_sizes WHERE workspace=$1 AND audience=$2 ORDER BY hour, shard FOR UPDATE)
        DELETE FROM audience_sizes s USING all_hours k WHERE s.workspace=$1 AND s.audience=$2 AND s.hour=k.hour AND s.shard=k.shard
        """;

    public static async Task<int> RunAsync(NpgsqlDataSource source, string sql, long beforeMs, int limit)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.With(beforeMs).With((long)limit);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Removes members of an audience, and with the last ones its sizes. It may be done twice.</summary>
    /// <returns>True when nothing is left.</returns>
    public static async Task<bool> DropAsync(NpgsqlDataSource source, string workspace, string audience, int limit)
    {
        await using var members = source.CreateCommand(Members);
        members.Parameters.With(workspace).With(audience).With((long)limit);
        await members.ExecuteNonQueryAsync();
        await using var any = source.CreateCommand(AnyMember);
        any.Parameters.With(workspace).With(audience);
        if (await any.ExecuteScalarAsync() is true) return false;
        await using var sizes = source.CreateCommand(Sizes);
        sizes.Parameters.With(workspace).With(audience);
        await sizes.ExecuteNonQueryAsync();
        return true;
    }
}
