using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>What is added to the server's numbers of transactions, so that the feed's epochs only rise.</summary>
internal static class FeedOrigin
{
    // More than any server has counted: 35,000 transactions a second for a year.
    private const string Move = """
        UPDATE feed_origin SET server=c.system_identifier, base=base+(1::bigint<<40) FROM pg_control_system() c WHERE server<>c.system_identifier
        """;

    /// <summary>Finds out whether the tables were restored on another server, whose numbers begin anew, and raises the base once if they were.</summary>
    /// <returns>The base.</returns>
    public static async Task<long> PrepareAsync(NpgsqlConnection connection)
    {
        await using var move = new NpgsqlCommand(Move, connection);
        await move.ExecuteNonQueryAsync();
        await using var read = new NpgsqlCommand("SELECT base FROM feed_origin", connection);
        return (long)(await read.ExecuteScalarAsync())!;
    }
}
