using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>Makes the space of dead rows usable, and gives back what is free at the end of a table. Commits go on beside it.</summary>
internal static class Vacuums
{
    /// <summary>Vacuums one table.</summary>
    /// <param name="source">The connections.</param>
    /// <param name="table">Its name as the server quotes it.</param>
    public static async Task<int> RunAsync(NpgsqlDataSource source, string table)
    {
        await using var connection = await source.OpenConnectionAsync();
        // However long it takes: it waits for nobody, and the next table is not begun before.
        await using var command = new NpgsqlCommand("VACUUM (INDEX_CLEANUP ON) " + table, connection) { CommandTimeout = 0 };
        return await command.ExecuteNonQueryAsync();
    }
}
