using Npgsql;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>Short ways to use a session beside the journal.</summary>
internal static class Session
{
    public static async Task RunAsync(this NpgsqlConnection session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, session);
        await command.ExecuteNonQueryAsync();
    }
}
