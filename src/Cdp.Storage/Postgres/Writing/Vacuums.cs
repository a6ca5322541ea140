using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>Makes the space of dead rows usable, and gives back what is free at the end of a table. Commits go on beside it.</summary>
internal static class Vacuums
{
    /// <summary>Vacuums one table and its indexes, however long that takes.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="table">Its name as the server quotes it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("VACUUM (INDEX_CLEANUP ON) " + table, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
