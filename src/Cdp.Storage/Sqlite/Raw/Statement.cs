using System.Text;
using Cdp.Core.Identity;
using SQLitePCL;

namespace Cdp.Storage.Sqlite.Raw;

/// <summary>A prepared statement. Parameters are numbered from 1, columns from 0. Values stay bound until they are bound again.</summary>
internal sealed class Statement(sqlite3_stmt handle) : IDisposable
{
    // Two strings that differ only in broken surrogates must not become one key: refuse instead of replacing.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public Statement Bind(int index, string value)
    {
        Span<byte> buffer = value.Length <= 512 ? stackalloc byte[512 * 3] : new byte[Strict.GetMaxByteCount(value.Length)];
        var length = Strict.GetBytes(value, buffer);
        Check(raw.sqlite3_bind_text(handle, index, buffer[..length]));
        return this;
    }

    public Statement Bind(int index, CustomerId value)
    {
        Span<byte> buffer = stackalloc byte[16];
        value.Value.TryWriteBytes(buffer, bigEndian: true, out _);
        return Bind(index, buffer);
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty span has no address, which SQLite would take for NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    public Statement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    public Statement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }

    /// <summary>True with a row at hand. False at the end: the statement is then ready to run again.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW) return true;
        raw.sqlite3_reset(handle);
        return code == raw.SQLITE_DONE ? false : throw new SqliteFaultException(code);
    }

    /// <summary>Runs to the end, over any rows.</summary>
    public void Run()
    {
        while (Step()) { }
    }

    /// <summary>All rows.</summary>
    public List<T> All<T>(Func<Statement, T> row)
    {
        var rows = new List<T>();
        try
        {
            while (Step()) rows.Add(row(this));
        }
        finally
        {
            Reset();
        }
        return rows;
    }

    /// <summary>Lets go of rows not read yet.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    public byte[] Blob(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public CustomerId Id(int column)
    {
        var bytes = raw.sqlite3_column_blob(handle, column);
        return bytes.Length == 16 ? new CustomerId(new Guid(bytes, bigEndian: true)) : throw new SqliteFaultException(raw.SQLITE_CORRUPT);
    }

    public void Dispose() => raw.sqlite3_finalize(handle);

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw new SqliteFaultException(code);
    }
}
