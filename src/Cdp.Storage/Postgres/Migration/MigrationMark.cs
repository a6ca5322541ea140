using System.Text.Json;
using Npgsql;

namespace Cdp.Storage.Postgres.Migration;

/// <summary>How far a migration has come; stored beside the rows, in the transaction that brings them. While it is there, no journal opens.</summary>
/// <param name="Source">The source's fingerprint.</param>
/// <param name="Table">The table that is being copied, by its place in <see cref="MigratedTable.Copied"/>.</param>
/// <param name="Rows">How many of its rows are there.</param>
/// <param name="After">The key of the last of them, null before the first.</param>
internal sealed record MigrationMark(string Source, int Table, long Rows, Cell[]? After)
{
    public const string Key = "migration";

    public static async Task<MigrationMark?> ReadAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand($"SELECT value FROM meta WHERE key='{Key}'", connection);
        return await command.ExecuteScalarAsync() is byte[] json ? JsonSerializer.Deserialize<MigrationMark>(json) : null;
    }

    public async Task WriteAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            $"INSERT INTO meta(key, value) VALUES ('{Key}', $1) ON CONFLICT (key) DO UPDATE SET value=excluded.value", connection);
        command.Parameters.With(JsonSerializer.SerializeToUtf8Bytes(this));
        await command.ExecuteNonQueryAsync();
    }
}
