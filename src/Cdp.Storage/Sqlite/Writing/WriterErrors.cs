using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;
using SQLitePCL;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>From SQLite's codes to what callers see.</summary>
internal static class WriterErrors
{
    public static string Describe(SqliteFaultException fault) => fault.Primary switch
    {
        raw.SQLITE_FULL => "The disk is full. " + fault.Message,
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN => "The journal's files cannot be written. " + fault.Message,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "Another process holds the journal's file. " + fault.Message,
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "The journal's file is damaged; check it and restore a backup with `cdp restore`. " + fault.Message,
        raw.SQLITE_TOOBIG => "A value is larger than the journal stores. " + fault.Message,
        _ => "The journal cannot write. " + fault.Message,
    };

    /// <summary>What a caller sees of an error before COMMIT: nothing of it is durable.</summary>
    public static Exception Translate(Exception error) => error switch
    {
        SqliteFaultException fault => new JournalUnavailableException(Describe(fault), fault),
        JournalUnavailableException or UnknownCommitOutcomeException or ArgumentException => error,
        // Not passed on as the inner exception: what it says is not ours to vouch for.
        _ => new JournalUnavailableException($"The journal failed with {error.GetType().Name}."),
    };

    /// <summary>True when only the unit that met the error is to blame.</summary>
    public static bool IsUnitFault(Exception error) => error is not SqliteFaultException fault || fault.IsUnitFault;
}
