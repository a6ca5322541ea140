using System.Security.Cryptography;
using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres.Migration;

/// <summary>What of a table is on both sides.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Digest">SHA-256 over all rows and columns in the order of the key, as hexadecimal digits.</param>
public sealed record MigratedRows(string Table, long Rows, string Digest);

/// <summary>How far a migration is.</summary>
/// <param name="Table">The table.</param>
/// <param name="IsCheck">True while both sides are compared, false while rows are copied.</param>
/// <param name="Rows">Rows done of it, those of earlier runs included.</param>
/// <param name="TotalRows">Rows of it in the file.</param>
public sealed record MigrationProgress(string Table, bool IsCheck, long Rows, long TotalRows);

/// <summary>The database cannot take this file: it holds other data, or what it holds is not what the file says. Nothing was overwritten.</summary>
public sealed class MigrationRefusedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why, without personal data.</param>
    public MigrationRefusedException(string message) : base(message) { }
}

/// <summary>
/// Moves the journal of a SQLite file into an empty PostgreSQL database. It can be ended at any time, killed too, and goes on from where it was when it
/// is run again. At its end both sides are read in full and compared; until then no journal opens on the database.
/// </summary>
public static class SqliteMigration
{
    // Whichever comes first ends a transaction; a run that is killed loses at most so much of its work.
    private const int BatchRows = 20_000;
    private const long BatchBytes = 16 << 20;

    /// <summary>Moves a journal.</summary>
    /// <param name="directory">The data directory of a server that is stopped. Its file is not changed, but for a schema that is behind.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="time">The clock, used for nothing but bounded waits.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>What is on both sides, table by table.</returns>
    /// <exception cref="MigrationRefusedException">The database holds other data, or differs from the file.</exception>
    /// <exception cref="FileNotFoundException">There is no journal in the directory.</exception>
    /// <exception cref="JournalLockedException">A server has the file open.</exception>
    /// <exception cref="JournalDamagedException">The file is damaged.</exception>
    /// <exception cref="JournalSchemaException">One of the two is from a newer release.</exception>
    /// <exception cref="IOException">The directory or its file cannot be used.</exception>
    /// <exception cref="JournalUnavailableException">The server cannot be used now; run it again later.</exception>
    public static async Task<IReadOnlyList<MigratedRows>> RunAsync(
        string directory, string connectionString, TimeProvider time, Action<MigrationProgress> progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using var source = await OpenAsync(directory, time);
        try
        {
            await using var connections = Connections.Writing(new() { ConnectionString = connectionString, StatementTimeout = TimeSpan.FromMinutes(10) });
            await using var connection = await connections.OpenConnectionAsync(cancellationToken);
            await Schema.PrepareAsync(connection, apply: true);
            var target = new PostgresTarget(connection);
            if (!await target.TryLockAsync()) throw new MigrationRefusedException("Another migration into this database is running.");
            var mark = await BeginAsync(source, target, connection);
            await CopyAsync(source, target, mark, progress, cancellationToken);
            var report = await CompareAsync(source, target, progress, cancellationToken);
            await target.EndAsync();
            return report;
        }
        catch (Exception e) when (e is not (MigrationRefusedException or JournalSchemaException or OperationCanceledException))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    private static async Task<SqliteSource> OpenAsync(string directory, TimeProvider time)
    {
        try
        {
            return await SqliteSource.OpenAsync(directory, time);
        }
        catch (JournalUnavailableException e)
        {
            // Of the file, not of the server: running it again later does not help by itself.
            throw new IOException(e.Message, e);
        }
    }

    private static async Task<MigrationMark> BeginAsync(SqliteSource source, PostgresTarget target, NpgsqlConnection connection)
    {
        if (await MigrationMark.ReadAsync(connection) is { } mark)
        {
            return mark.Source == source.Fingerprint
                ? mark
                : throw new MigrationRefusedException("A migration of another file into this database is not finished. Go on with that file, or take an empty database.");
        }
        if (!await target.IsEmptyAsync()) throw new MigrationRefusedException("The database holds data that no unfinished migration brought. Take an empty one.");
        mark = new(source.Fingerprint, 0, 0, null);
        await target.BeginAsync(source.ErasureKey, mark);
        return mark;
    }

    private static async Task CopyAsync(
        SqliteSource source, PostgresTarget target, MigrationMark mark, Action<MigrationProgress> progress, CancellationToken cancellationToken)
    {
        for (; mark.Table < MigratedTable.Copied.Count; mark = mark with { Table = mark.Table + 1, Rows = 0, After = null })
        {
            var table = MigratedTable.Copied[mark.Table];
            var total = source.Count(table);
            progress(new(table.Name, false, mark.Rows, total));
            var batch = new List<Cell[]>();
            var bytes = 0L;

            async Task FlushAsync()
            {
                mark = mark with { Rows = mark.Rows + batch.Count, After = batch[^1][..table.KeyColumns] };
                await target.CopyAsync(table, batch, mark);
                progress(new(table.Name, false, mark.Rows, total));
                cancellationToken.ThrowIfCancellationRequested();
                batch.Clear();
                bytes = 0;
            }

            foreach (var row in source.Read(table, mark.After))
            {
                batch.Add([.. row]);
                foreach (var cell in row) bytes += cell.Bytes?.Length ?? 0;
                if (batch.Count == BatchRows || bytes >= BatchBytes) await FlushAsync();
            }
            if (batch.Count > 0) await FlushAsync();
        }
    }

    private static async Task<IReadOnlyList<MigratedRows>> CompareAsync(
        SqliteSource source, PostgresTarget target, Action<MigrationProgress> progress, CancellationToken cancellationToken)
    {
        var report = new List<MigratedRows>();
        foreach (var table in MigratedTable.Copied.Append(MigratedTable.Streams))
        {
            using var ours = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var theirs = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (count, total) = (0L, source.Count(table));
            progress(new(table.Name, true, 0, total));
            using var rows = source.Read(table, null).GetEnumerator();
            await foreach (var row in target.ReadAsync(table))
            {
                table.Digest(theirs, row);
                if (rows.MoveNext()) table.Digest(ours, rows.Current);
                else throw Different(table, $"the file has {total} rows and the database more");
                if (++count % BatchRows != 0) continue;
                progress(new(table.Name, true, count, total));
                cancellationToken.ThrowIfCancellationRequested();
            }
            if (rows.MoveNext()) throw Different(table, $"the file has {total} rows and the database {count}");
            var digest = Convert.ToHexStringLower(theirs.GetHashAndReset());
            if (digest != Convert.ToHexStringLower(ours.GetHashAndReset())) throw Different(table, "the digests of its content differ");
            progress(new(table.Name, true, count, total));
            report.Add(new(table.Name, count, digest));
        }
        return report;
    }

    private static MigrationRefusedException Different(MigratedTable table, string what) => new(
        $"The database does not hold what the file holds: in table {table.Name} {what}. Either was changed since the migration began; start again with an empty database.");
}
