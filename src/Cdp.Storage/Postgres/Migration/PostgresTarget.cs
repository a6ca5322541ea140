using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Cdp.Storage.Postgres.Migration;

/// <summary>The database that the rows go to.</summary>
internal sealed class PostgresTarget(NpgsqlConnection connection)
{
    // The later end counts, and of two of the same version the one that came first: records come before snapshots, and have a kind.
    private const string SaveEnds = """
        INSERT INTO streams AS s (workspace, stream, version, last_kind) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (workspace, stream) DO UPDATE SET version=excluded.version, last_kind=excluded.last_kind WHERE excluded.version>s.version
        """;

    public async Task<bool> IsEmptyAsync()
    {
        var tables = MigratedTable.Copied.Append(MigratedTable.Streams).Select(static t => $"SELECT 1 FROM {t.Name}");
        await using var command = new NpgsqlCommand($"SELECT NOT EXISTS({string.Join(" UNION ALL ", tables)})", connection);
        return await command.ExecuteScalarAsync() is true;
    }

    /// <summary>Copies rows, with the ends of streams that they make, and the mark of how far it came: all of it or nothing.</summary>
    public async Task CopyAsync(MigratedTable table, IReadOnlyList<Cell[]> rows, MigrationMark mark)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var importer = await connection.BeginBinaryImportAsync($"COPY {table.Name}({table.ColumnNames}) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var row in rows)
            {
                await importer.StartRowAsync();
                for (var i = 0; i < row.Length; i++) await WriteAsync(importer, table.Columns[i].Kind, row[i]);
            }
            await importer.CompleteAsync();
        }
        if (table == MigratedTable.Journal) await SaveEndsAsync(rows, static r => (short)r[4].Number);
        else if (table == MigratedTable.Profiles) await SaveEndsAsync(rows, static _ => 0);
        await mark.WriteAsync(connection);
        await transaction.CommitAsync();
    }

    /// <summary>Reads all rows in the order of the key. The array is used again for every row.</summary>
    public async IAsyncEnumerable<Cell[]> ReadAsync(MigratedTable table)
    {
        await using var command = new NpgsqlCommand($"SELECT {table.ColumnNames} FROM {table.Name} ORDER BY {table.KeyNames}", connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync();
        var row = new Cell[table.Columns.Count];
        while (await reader.ReadAsync())
        {
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? default : Read(reader, i, table.Columns[i].Kind);
            yield return row;
        }
    }

    /// <summary>Takes the source's erasure key over, and the mark with it, so that no journal opens from now on.</summary>
    public async Task BeginAsync(byte[] erasureKey, MigrationMark mark)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("UPDATE meta SET value=$1 WHERE key='erasure_key'", connection);
        command.Parameters.With(erasureKey);
        await command.ExecuteNonQueryAsync();
        await mark.WriteAsync(connection);
        await transaction.CommitAsync();
    }

    /// <summary>Lets journals open.</summary>
    public async Task EndAsync()
    {
        foreach (var table in MigratedTable.Copied.Append(MigratedTable.Streams)) await RunAsync($"ANALYZE {table.Name}");
        // What is delivered from now on gets numbers behind those that were brought.
        await RunAsync("SELECT setval(pg_get_serial_sequence('deliveries', 'number'), (SELECT max(number) FROM deliveries))");
        await RunAsync($"DELETE FROM meta WHERE key='{MigrationMark.Key}'");
    }

    /// <summary>Keeps a second migration out for as long as the connection lives.</summary>
    public async Task<bool> TryLockAsync()
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(1128550471, 1)", connection);
        return await command.ExecuteScalarAsync() is true;
    }

    private async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private async Task SaveEndsAsync(IReadOnlyList<Cell[]> rows, Func<Cell[], short> kind)
    {
        // Rows of a stream are neighbours: the last of them is its end.
        var ends = rows.Where((r, i) => i + 1 == rows.Count || !SameStream(r, rows[i + 1])).ToList();
        await using var command = new NpgsqlCommand(SaveEnds, connection);
        command.Parameters.With(ends, static r => Encoding.UTF8.GetString(r[0].Bytes!)).With(ends, static r => new Guid(r[1].Bytes!, bigEndian: true))
            .With(ends, static r => r[2].Number).With(ends, kind);
        await command.ExecuteNonQueryAsync();
    }

    private static bool SameStream(Cell[] a, Cell[] b) => a[1].Bytes.AsSpan().SequenceEqual(b[1].Bytes) && a[0].Bytes.AsSpan().SequenceEqual(b[0].Bytes);

    private static Task WriteAsync(NpgsqlBinaryImporter importer, CellKind kind, Cell cell) => kind switch
    {
        CellKind.Long => importer.WriteAsync(cell.Number, NpgsqlDbType.Bigint),
        CellKind.Small => importer.WriteAsync((short)cell.Number, NpgsqlDbType.Smallint),
        CellKind.Bool => importer.WriteAsync(cell.Number != 0, NpgsqlDbType.Boolean),
        _ when cell.Bytes is null => importer.WriteNullAsync(),
        CellKind.OptionalLong => importer.WriteAsync(long.Parse(cell.Bytes, CultureInfo.InvariantCulture), NpgsqlDbType.Bigint),
        CellKind.Uuid => importer.WriteAsync(new Guid(cell.Bytes, bigEndian: true), NpgsqlDbType.Uuid),
        CellKind.Text => importer.WriteAsync(Encoding.UTF8.GetString(cell.Bytes), NpgsqlDbType.Text),
        _ => importer.WriteAsync(cell.Bytes, NpgsqlDbType.Bytea),
    };

    private static Cell Read(NpgsqlDataReader reader, int column, CellKind kind) => kind switch
    {
        CellKind.Long => new(null, reader.GetInt64(column)),
        CellKind.Small => new(null, reader.GetInt16(column)),
        CellKind.Bool => new(null, reader.GetBoolean(column) ? 1 : 0),
        CellKind.OptionalLong => new(Encoding.UTF8.GetBytes(reader.GetInt64(column).ToString(CultureInfo.InvariantCulture))),
        CellKind.Uuid => new(reader.GetGuid(column).ToByteArray(bigEndian: true)),
        CellKind.Text => new(Encoding.UTF8.GetBytes(reader.GetString(column))),
        _ => new(reader.GetFieldValue<byte[]>(column)),
    };
}
