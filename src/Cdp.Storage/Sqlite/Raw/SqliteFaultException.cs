using SQLitePCL;

namespace Cdp.Storage.Sqlite.Raw;

/// <summary>A result code of SQLite. Its message is SQLite's fixed text for the code, never text that could quote data.</summary>
internal sealed class SqliteFaultException(int code) : Exception($"SQLite error {code}: {raw.sqlite3_errstr(code).utf8_to_string()}.")
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>The primary result code.</summary>
    public int Primary => Code & 0xff;

    /// <summary>True when the statement's own values are to blame, so that others of the same group can go on without it.</summary>
    public bool IsUnitFault => Primary is raw.SQLITE_TOOBIG or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    /// <summary>True when the file is not what SQLite wrote.</summary>
    public bool IsDamage => Primary is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT || Code == IoErrorShortRead;

    private const int IoErrorShortRead = raw.SQLITE_IOERR | (2 << 8);
}
