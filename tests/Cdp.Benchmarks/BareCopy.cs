using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace Cdp.Benchmarks;

/// <summary>
/// The peer of durable writing into PostgreSQL: one connection that copies rows in binary form, in groups of 256, each a transaction, and does
/// nothing else.
/// </summary>
internal static class BareCopy
{
    private const int Group = 256;

    /// <summary>Copies the rows into a table with the columns of the journal, and returns how many it did per second.</summary>
    public static async Task<double> RunAsync(string connectionString, string table, IReadOnlyList<BareRow> rows)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var started = Stopwatch.GetTimestamp();
        foreach (var group in rows.Chunk(Group))
        {
            await using var importer = await connection.BeginBinaryImportAsync(
                $"COPY {table}(workspace, stream, version, time, kind, body) FROM STDIN (FORMAT BINARY)");
            foreach (var row in group)
            {
                await importer.StartRowAsync();
                await importer.WriteAsync("default", NpgsqlDbType.Text);
                await importer.WriteAsync(new Guid(row.Stream, bigEndian: true), NpgsqlDbType.Uuid);
                await importer.WriteAsync(row.Version, NpgsqlDbType.Bigint);
                await importer.WriteAsync(row.TimeMs, NpgsqlDbType.Bigint);
                await importer.WriteAsync((short)1, NpgsqlDbType.Smallint);
                await importer.WriteAsync(row.Body, NpgsqlDbType.Bytea);
            }

            await importer.CompleteAsync();
        }

        return rows.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
