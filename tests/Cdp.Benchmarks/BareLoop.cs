using System.Diagnostics;
using Cdp.Storage.Sqlite;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Benchmarks;

/// <summary>One row of the journal as the peer inserts it.</summary>
internal readonly record struct BareRow(byte[] Stream, long Version, long TimeMs, byte[] Body);

/// <summary>
/// The peer of durable writing: one thread that inserts rows into a file of the journal's own schema, with the journal's own settings and thin
/// binding, in groups of 256, and does nothing else.
/// </summary>
internal sealed class BareLoop : IDisposable
{
    private const int Group = 256;

    private readonly Database _database;
    private readonly Statement _body;
    private readonly Statement _row;
    private long _nextBody;

    private BareLoop(Database database)
    {
        _database = database;
        _body = database.Prepare("INSERT INTO bodies(id, body) VALUES (?1, ?2)");
        _row = database.Prepare("INSERT INTO journal(workspace, stream, version, time, kind, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    }

    public static async Task<BareLoop> CreateAsync(string directory)
    {
        await (await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = directory }, TimeProvider.System)).DisposeAsync();
        var database = Database.Open(Path.Combine(directory, "grid.db"), writable: true);
        database.Execute("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=4096");
        _ = database.Text("PRAGMA journal_mode=WAL");
        return new BareLoop(database);
    }

    /// <summary>Inserts the rows and returns how many it did per second.</summary>
    public double Insert(IEnumerable<BareRow> rows)
    {
        var count = 0;
        var started = Stopwatch.GetTimestamp();
        foreach (var group in rows.Chunk(Group))
        {
            _database.Execute("BEGIN IMMEDIATE");
            foreach (var row in group)
            {
                _body.Bind(1, ++_nextBody).Bind(2, row.Body).Run();
                _row.Bind(1, "default").Bind(2, row.Stream).Bind(3, row.Version).Bind(4, row.TimeMs).Bind(5, 1).Bind(6, _nextBody).Run();
                count++;
            }

            _database.Execute("COMMIT");
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public void Dispose()
    {
        _body.Dispose();
        _row.Dispose();
        _database.Dispose();
    }
}
