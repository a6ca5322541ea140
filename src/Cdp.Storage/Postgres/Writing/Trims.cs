using Cdp.Core.Identity;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>Removes old events of one stream.</summary>
internal static class Trims
{
    // The lock keeps an erasure of the same rows out: the two would take the rows in different orders. What the stored snapshot contains may go.
    private const string Sql = """
        WITH covered AS (
            SELECT p.version FROM streams s JOIN profiles p ON p.workspace=s.workspace AND p.customer=s.stream
            WHERE s.workspace=$1 AND s.stream=$2 FOR NO KEY UPDATE OF s)
        DELETE FROM journal WHERE workspace=$1 AND stream=$2 AND version<=(SELECT version FROM covered) AND kind=1 AND time<$3
        """;

    /// <summary>Removes the events before a moment that the stored snapshot contains. Twice does no harm, so an unknown outcome needs no name of its own.</summary>
    /// <returns>How many.</returns>
    public static async Task<long> ApplyAsync(NpgsqlDataSource source, string workspace, CustomerId stream, long beforeMs)
    {
        await using var command = source.CreateCommand(Sql);
        command.Parameters.With(workspace).With(stream.Value).With(beforeMs);
        return await command.ExecuteNonQueryAsync();
    }
}
