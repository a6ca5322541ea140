using System.Globalization;
using System.Reflection;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite;

/// <summary>The tables and how a file comes to have them: embedded scripts, in order, one transaction each.</summary>
internal static class Schema
{
    /// <summary>"CDPG": marks a file as ours.</summary>
    public const int ApplicationId = 0x43445047;

    private static readonly IReadOnlyList<(int Version, string Sql)> Scripts = LoadScripts();

    public static readonly string[] Tables =
    [
        "audience_sizes", "bodies", "customers", "definition_changes", "definitions", "deliveries", "due", "erasures", "feed", "identifiers",
        "journal", "memberships", "meta", "outbox", "profiles", "progress",
    ];

    public static int Latest => Scripts[^1].Version;

    /// <summary>Applies what is missing, up to a version.</summary>
    /// <exception cref="JournalSchemaException">The file is from a newer release.</exception>
    public static void Migrate(Database database, int upTo)
    {
        var version = Version(database);
        if (version > Latest) throw new JournalSchemaException(version, Latest);
        foreach (var script in Scripts)
        {
            if (script.Version <= version || script.Version > upTo) continue;
            database.Execute("BEGIN IMMEDIATE");
            try
            {
                database.Execute(script.Sql);
                database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id={ApplicationId}; PRAGMA user_version={script.Version}"));
                database.Execute("COMMIT");
            }
            catch (SqliteFaultException)
            {
                if (!database.AutoCommit) database.Execute("ROLLBACK");
                throw;
            }
        }
    }

    public static int Version(Database database) => (int)database.Number("PRAGMA user_version");

    private static List<(int, string)> LoadScripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new List<(int, string)>();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            const string folder = ".Sqlite.Scripts.";
            var at = name.IndexOf(folder, StringComparison.Ordinal);
            if (at < 0) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            scripts.Add((int.Parse(name.AsSpan(at + folder.Length, 3), CultureInfo.InvariantCulture), reader.ReadToEnd()));
        }
        scripts.Sort(static (a, b) => a.Item1.CompareTo(b.Item1));
        return scripts;
    }
}
