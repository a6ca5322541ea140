using SQLitePCL;

namespace Cdp.Testing.Sqlite;

/// <summary>Which of a database's files.</summary>
public enum DiskFileKind
{
    /// <summary>The main file.</summary>
    Main,

    /// <summary>The write-ahead log.</summary>
    Log,

    /// <summary>The rollback journal, which a file has before it is in WAL mode.</summary>
    Rollback,
}

/// <summary>What SQLite asks of a file.</summary>
public enum DiskOperation
{
    Open,
    Write,
    Sync,
    Truncate,
    Delete,

    /// <summary>A lock on the main file, or the lock of the one writer that WAL mode has.</summary>
    Lock,
}

/// <summary>One call that SQLite makes.</summary>
/// <param name="File">On which file.</param>
/// <param name="Operation">What for.</param>
/// <param name="Number">How many such calls on files of this kind there were since the plan was set, from 0.</param>
/// <param name="Bytes">Of a write its size, else 0.</param>
/// <param name="Grows">True for a write behind the file's end, which needs room on the disk.</param>
public readonly record struct DiskCall(DiskFileKind File, DiskOperation Operation, int Number, int Bytes = 0, bool Grows = false);

/// <summary>What of a failing call happens nevertheless.</summary>
public enum FaultEffect
{
    Nothing,

    /// <summary>Of a write, the first bytes.</summary>
    Part,

    /// <summary>All of it; only the answer is wrong.</summary>
    All,

    /// <summary>Of a sync: all that was written since the last one is gone from the file, as after Linux dropped pages it could not write.</summary>
    Loss,
}

/// <summary>How a call fails.</summary>
/// <param name="Code">The result that SQLite gets, an extended code.</param>
/// <param name="Effect">What happens all the same.</param>
/// <param name="Bytes">For <see cref="FaultEffect.Part"/>: how many bytes of the write; never all.</param>
/// <param name="OnlyGrowth">True when only writes that make the file longer fail.</param>
public sealed record Fault(int Code, FaultEffect Effect = FaultEffect.Nothing, int Bytes = 0, bool OnlyGrowth = false)
{
    private const int IoErrorWrite = raw.SQLITE_IOERR | (3 << 8), IoErrorFsync = raw.SQLITE_IOERR | (4 << 8);

    /// <summary>Another process has the lock.</summary>
    public static readonly Fault Busy = new(raw.SQLITE_BUSY);

    /// <summary>The file cannot be opened.</summary>
    public static readonly Fault CannotOpen = new(raw.SQLITE_CANTOPEN);

    /// <summary>The call fails with an I/O error and does nothing.</summary>
    public static readonly Fault IoError = new(raw.SQLITE_IOERR);

    /// <summary>There is no room left: the part that still had some was written.</summary>
    /// <param name="bytes">Bytes for which there was room.</param>
    public static Fault DiskFull(int bytes = 0) => new(raw.SQLITE_FULL, FaultEffect.Part, bytes, OnlyGrowth: true);

    /// <summary>The device fails in the middle of a write.</summary>
    /// <param name="bytes">Bytes that were written.</param>
    public static Fault ShortWrite(int bytes) => new(IoErrorWrite, FaultEffect.Part, bytes);

    /// <summary>An fsync that fails.</summary>
    /// <param name="effect">All: the data is durable. Nothing: it is in the file and not durable. Loss: it is gone from the file too.</param>
    public static Fault SyncFailed(FaultEffect effect) => new(IoErrorFsync, effect);
}
