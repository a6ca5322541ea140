using System.Globalization;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite;

/// <summary>Makes the main file, or checks and migrates the one that is there. The caller holds the lock.</summary>
internal static class MainFile
{
    public static void Prepare(JournalFiles files, SqliteJournalOptions options)
    {
        if (!File.Exists(files.Main))
        {
            if (JournalFiles.Length(files.Log) > 0)
                throw new JournalDamagedException(files.Main, "its log is there, the file itself is missing.");
            Create(files);
        }
        // SQLite takes an empty file for a new database and throws the log away. We never leave one, see Create.
        if (JournalFiles.Length(files.Main) == 0) throw new JournalDamagedException(files.Main, "it is empty.");
        try
        {
            using var database = Database.Open(files.Main, writable: true);
            Verify(database, files.Main, deep: JournalFiles.Length(files.Main) <= options.StartupCheckMiB * 1024L * 1024);
            Schema.Migrate(database, Schema.Latest);
            CheckTables(database, files.Main);
            // What a crash between an erasure and its checkpoint left in the log goes now.
            database.Execute("PRAGMA secure_delete=ON");
            _ = database.TryTruncateLog();
        }
        catch (SqliteFaultException e) when (e.IsDamage)
        {
            throw new JournalDamagedException(files.Main, e.Message, e);
        }
    }

    /// <summary>Checks that a file is ours, whole and not from a newer release.</summary>
    /// <exception cref="JournalDamagedException">It is damaged or something else.</exception>
    /// <exception cref="JournalSchemaException">It is from a newer release.</exception>
    public static void Verify(Database database, string path, bool deep)
    {
        try
        {
            var id = database.Number("PRAGMA application_id");
            if (id != Schema.ApplicationId) throw new JournalDamagedException(path, "its header does not say that it is a Cdp.Grains journal.");
            var version = Schema.Version(database);
            if (version > Schema.Latest) throw new JournalSchemaException(version, Schema.Latest);
            if (version < 1) throw new JournalDamagedException(path, "its header names no schema.");
            if (deep && database.Text("PRAGMA quick_check(1)") is not "ok" and var finding) throw new JournalDamagedException(path, Safe(finding));
        }
        catch (SqliteFaultException e) when (e.IsDamage)
        {
            throw new JournalDamagedException(path, e.Message, e);
        }
    }

    /// <summary>SQLite's findings name trees and pages, not data; only their first line is kept.</summary>
    public static string Safe(string finding) => finding.AsSpan(0, Math.Min(finding.Length, 200)).ToString().ReplaceLineEndings(" ").TrimEnd('.') + ".";

    private static void CheckTables(Database database, string path)
    {
        foreach (var table in Schema.Tables)
        {
            if (database.Number($"SELECT count(*) FROM sqlite_schema WHERE type='table' AND name='{table}'") != 1)
                throw new JournalDamagedException(path, $"the table {table} is missing.");
            // Walks down both edges of the tree: cheap at any size.
            var key = table switch { "bodies" => "id", "meta" => "key", _ => "workspace" };
            _ = database.Text($"SELECT {key} FROM {table} ORDER BY {key} LIMIT 1");
            _ = database.Text($"SELECT {key} FROM {table} ORDER BY {key} DESC LIMIT 1");
        }
        if (database.Bytes("SELECT value FROM meta WHERE key='erasure_key'").Length != 32)
            throw new JournalDamagedException(path, "the erasure key is missing.");
    }

    private static void Create(JournalFiles files)
    {
        File.Delete(files.New);
        File.Delete(files.New + "-journal");
        using (var database = Database.Open(files.New, writable: true, create: true))
        {
            database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA page_size={PageSize}; PRAGMA auto_vacuum=INCREMENTAL"));
            database.Execute("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON");
            Schema.Migrate(database, Schema.Latest);
        }
        File.Move(files.New, files.Main);
        // A rename survives a power cut only when the folder is synced; the log's first commit does that on the systems where it can be done.
        using var log = Database.Open(files.Main, writable: true);
        _ = log.Text("PRAGMA journal_mode=WAL");
    }

    private const int PageSize = 4096;
}
