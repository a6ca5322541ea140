using System.Globalization;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;
using SQLitePCL;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>The one connection that writes, with its prepared statements and what it knows by heart. Used by the writer thread only.</summary>
internal sealed class WriterConnection : IDisposable
{
    public const int BusyMilliseconds = 5000;

    private readonly Statement begin;
    private readonly Statement commit;
    private readonly Statement rollback;

    private WriterConnection(Database database, SqliteJournalOptions options)
    {
        Database = database;
        database.BusyTimeout(BusyMilliseconds);
        var pages = options.LogMiB * 1024L * 1024 / database.Number("PRAGMA page_size");
        database.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;
            PRAGMA cache_size=-{options.CacheMiB * 1024L}; PRAGMA wal_autocheckpoint={pages};
            PRAGMA journal_size_limit={4L * options.LogMiB * 1024 * 1024}
            """));
        if (database.Text("PRAGMA journal_mode=WAL") != "wal") throw new SqliteFaultException(raw.SQLITE_CANTOPEN);
        begin = database.Prepare("BEGIN IMMEDIATE");
        commit = database.Prepare("COMMIT");
        rollback = database.Prepare("ROLLBACK");
        Heads = new Heads(database, new HeadCache(options.HeadCacheStreams));
        Bodies = new BodyWriter(database);
        Grid = new GridWriter(database);
        Units = new UnitWriter(database, Heads, Bodies, Grid);
        Snapshots = new SnapshotWriter(database, Heads);
        Erasures = new EraseWriter(database, Heads, Grid);
        Trims = new TrimWriter(database, Heads);
        Definitions = new DefinitionWriter(database);
    }

    public Database Database { get; }

    public Heads Heads { get; }

    public BodyWriter Bodies { get; }

    public GridWriter Grid { get; }

    public UnitWriter Units { get; }

    public SnapshotWriter Snapshots { get; }

    public EraseWriter Erasures { get; }

    public TrimWriter Trims { get; }

    public DefinitionWriter Definitions { get; }

    /// <summary>True when the outcome of a commit, or the state of the connection, is in doubt: it must not be used again.</summary>
    public bool IsBroken { get; private set; }

    public static WriterConnection Open(JournalFiles files, SqliteJournalOptions options)
    {
        var database = Database.Open(files.Main, writable: true);
        try
        {
            return new WriterConnection(database, options);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Begin() => begin.Run();

    /// <summary>Makes the transaction durable, or throws with nothing of it visible.</summary>
    /// <exception cref="JournalUnavailableException">Certainly nothing is durable.</exception>
    /// <exception cref="UnknownCommitOutcomeException">The log may hold the whole transaction; the connection is broken.</exception>
    public void Commit()
    {
        try
        {
            commit.Run();
        }
        catch (SqliteFaultException e)
        {
            Rollback();
            // A full disk stops before the last frame is whole, so that recovery never sees the transaction. After any other I/O error,
            // a failed fsync above all, the frames may be in the log: only writing over them settles it.
            // So it is when memory for the log's index runs out, which grows after the frames were written.
            if (e.Primary is not (raw.SQLITE_IOERR or raw.SQLITE_NOMEM))
                throw new JournalUnavailableException(WriterErrors.Describe(e), e);
            IsBroken = true;
            throw new UnknownCommitOutcomeException("The commit ended in an I/O error: " + e.Message, e);
        }
    }

    /// <summary>Ends the transaction without effect; never throws.</summary>
    public void Rollback()
    {
        Heads.Forget();
        try
        {
            if (!Database.AutoCommit) rollback.Run();
        }
        catch (SqliteFaultException)
        {
            IsBroken = true;
        }
    }

    /// <summary>Runs work in a transaction of its own.</summary>
    public T InTransaction<T>(Func<WriterConnection, T> work)
    {
        Begin();
        T result;
        try
        {
            result = work(this);
        }
        catch
        {
            Rollback();
            throw;
        }
        Commit();
        return result;
    }

    /// <summary>Writes over whatever an earlier commit of unknown outcome left behind the log's last valid frame.</summary>
    public void Settle() => InTransaction(static c =>
    {
        c.Database.Execute("UPDATE meta SET value=value+1 WHERE key='recoveries'");
        return 0;
    });

    public void Dispose() => Database.Dispose();
}
