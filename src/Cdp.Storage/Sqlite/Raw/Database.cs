using SQLitePCL;

namespace Cdp.Storage.Sqlite.Raw;

/// <summary>One connection, used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 handle;
    private readonly List<Statement> statements = [];

    // Somebody who closes the file's last other connection, such as a backup, holds it for a moment.
    private const int DefaultBusyMilliseconds = 1000;

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle) => this.handle = handle;

    /// <summary>False inside a transaction. SQLite ends one by itself after some errors.</summary>
    public bool AutoCommit => raw.sqlite3_get_autocommit(handle) != 0;

    public static Database Open(string path, bool writable, bool create = false)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | (writable ? raw.SQLITE_OPEN_READWRITE : raw.SQLITE_OPEN_READONLY);
        if (create) flags |= raw.SQLITE_OPEN_CREATE;
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var database = new Database(handle);
        try
        {
            Check(code);
            Check(raw.sqlite3_extended_result_codes(handle, 1));
            database.BusyTimeout(DefaultBusyMilliseconds);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs one or several statements that give no rows.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(handle, sql));

    /// <summary>Prepares a statement that lives as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared));
        var statement = new Statement(prepared);
        statements.Add(statement);
        return statement;
    }

    /// <summary>The first column of the first row as a number, 0 when there is no row.</summary>
    public long Number(string sql)
    {
        using var statement = Single(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>The first column of the first row as text, empty when there is no row.</summary>
    public string Text(string sql)
    {
        using var statement = Single(sql);
        return statement.Step() ? statement.Text(0) : "";
    }

    /// <summary>The first column of the first row as bytes, empty when there is no row.</summary>
    public byte[] Bytes(string sql)
    {
        using var statement = Single(sql);
        return statement.Step() ? statement.Blob(0) : [];
    }

    /// <summary>Prepares a statement for the caller to dispose.</summary>
    public Statement Single(string sql)
    {
        Check(raw.sqlite3_prepare_v2(handle, sql, out var prepared));
        return new Statement(prepared);
    }

    /// <summary>Rows changed by the last statement that ended.</summary>
    public int Changes() => raw.sqlite3_changes(handle);

    /// <summary>How long a call waits for another connection's lock; one second before this is called.</summary>
    public void BusyTimeout(int milliseconds) => Check(raw.sqlite3_busy_timeout(handle, milliseconds));

    /// <summary>Moves the whole log into the main file and cuts the log to zero bytes.</summary>
    /// <returns>False when a reader of an older state was in the way.</returns>
    public bool TryTruncateLog()
    {
        var code = raw.sqlite3_wal_checkpoint_v2(handle, "main", raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
        if ((code & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED) return false;
        Check(code);
        return true;
    }

    /// <summary>Calls back every so many steps of SQLite's machine while a statement runs; a non-zero answer interrupts it.</summary>
    public void OnProgress(int steps, Func<int> callback) => raw.sqlite3_progress_handler(handle, steps, _ => callback(), null);

    public void Dispose()
    {
        foreach (var statement in statements) statement.Dispose();
        raw.sqlite3_close_v2(handle);
    }

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw new SqliteFaultException(code);
    }
}
