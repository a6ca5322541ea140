using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cdp.Storage.Sqlite;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Postgres.Migration;

/// <summary>The file that moves, held so that nobody writes to it meanwhile.</summary>
internal sealed class SqliteSource : IDisposable
{
    private readonly FileStream lockFile;
    private readonly Database database;

    private SqliteSource(FileStream lockFile, Database database)
    {
        (this.lockFile, this.database) = (lockFile, database);
        ErasureKey = database.Bytes("SELECT value FROM meta WHERE key='erasure_key'");
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(ErasureKey));
    }

    /// <summary>The key of the hashes of erased identifiers; it moves with them.</summary>
    public byte[] ErasureKey { get; }

    /// <summary>Tells files apart: every journal has an erasure key of its own.</summary>
    public string Fingerprint { get; }

    /// <summary>Checks the file as a start of the server does, migrates its schema if need be, and takes its lock.</summary>
    public static async Task<SqliteSource> OpenAsync(string directory, TimeProvider time)
    {
        var files = new JournalFiles(directory);
        if (!File.Exists(files.Main)) throw new FileNotFoundException("There is no journal:", files.Main);
        await (await SqliteJournal.OpenAsync(new() { Directory = directory }, time)).DisposeAsync();
        var lockFile = LockFile.Acquire(files);
        try
        {
            return new SqliteSource(lockFile, Database.Open(files.Main, writable: false));
        }
        catch
        {
            await lockFile.DisposeAsync();
            throw;
        }
    }

    public long Count(MigratedTable table) => database.Number($"SELECT count(*) FROM ({table.Select})");

    /// <summary>Reads rows in the order of the key, behind a place. The array is used again for every row.</summary>
    public IEnumerable<Cell[]> Read(MigratedTable table, Cell[]? after)
    {
        var sql = new StringBuilder($"SELECT * FROM ({table.Select})");
        if (after is not null)
            sql.Append(CultureInfo.InvariantCulture, $" WHERE ({table.KeyNames})>({string.Join(", ", Enumerable.Range(1, table.KeyColumns).Select(static i => $"?{i}"))})");
        using var statement = database.Single(sql.Append(CultureInfo.InvariantCulture, $" ORDER BY {table.KeyNames}").ToString());
        for (var i = 0; after is not null && i < table.KeyColumns; i++)
        {
            if (MigratedTable.IsNumber(table.Columns[i].Kind)) statement.Bind(i + 1, after[i].Number);
            else if (table.Columns[i].Kind is CellKind.Text or CellKind.TextAsBytes) statement.Bind(i + 1, Encoding.UTF8.GetString(after[i].Bytes!));
            else statement.Bind(i + 1, after[i].Bytes.AsSpan());
        }
        var row = new Cell[table.Columns.Count];
        while (statement.Step())
        {
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = MigratedTable.IsNumber(table.Columns[i].Kind) ? new(null, statement.Int64(i))
                    : statement.IsNull(i) ? default : new(statement.Blob(i));
            }
            yield return row;
        }
    }

    public void Dispose()
    {
        database.Dispose();
        lockFile.Dispose();
    }
}
