using System.Globalization;
using System.Reflection;
using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres;

/// <summary>The tables and how a database comes to have them: the numbered scripts, in order, one transaction each, one process at a time.</summary>
internal static class Schema
{
    // "CDPG": two processes that start at once must not both make the tables. apply.sql takes the same lock.
    private const string Lock = "SELECT pg_advisory_xact_lock(1128550471)";

    // By the catalogue's rows and not by to_regclass: that looks into the session's cache, which does not hear of tables made while it waited for the lock.
    private const string IsThere = """
        SELECT EXISTS(SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid=c.relnamespace
        WHERE c.relname='schema_versions' AND n.nspname=current_schema())
        """;

    private static readonly IReadOnlyList<(int Version, string Sql)> Scripts = LoadScripts();

    public static int Latest => Scripts[^1].Version;

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="JournalSchemaException">The database is from a newer release.</exception>
    /// <exception cref="JournalUnavailableException">It is behind, and not to be changed.</exception>
    public static async Task PrepareAsync(NpgsqlConnection connection, bool apply)
    {
        var version = await VersionAsync(connection);
        while (apply && version < Latest)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await RunAsync(connection, Lock);
            version = await VersionAsync(connection);
            if (Scripts.FirstOrDefault(s => s.Version > version) is ({ } next, { } sql))
            {
                await RunAsync(connection, sql);
                version = next;
            }
            await transaction.CommitAsync();
        }
        if (version > Latest) throw new JournalSchemaException(version, Latest);
        if (version < Latest)
            throw new JournalUnavailableException($"The database has schema {version} of {Latest}. Apply cluster-config/postgres/apply.sql, or allow the journal to.");
    }

    /// <summary>The latest script applied, 0 for none.</summary>
    public static async Task<int> VersionAsync(NpgsqlConnection connection)
    {
        await using var exists = new NpgsqlCommand(IsThere, connection);
        if (await exists.ExecuteScalarAsync() is not true) return 0;
        await using var latest = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_versions", connection);
        return (int)(await latest.ExecuteScalarAsync())!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static List<(int, string)> LoadScripts()
    {
        const string folder = "Cdp.Storage.Postgres.Scripts.";
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new List<(int, string)>();
        foreach (var name in assembly.GetManifestResourceNames().Where(static n => n.StartsWith(folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            scripts.Add((int.Parse(name.AsSpan(folder.Length, 3), CultureInfo.InvariantCulture), reader.ReadToEnd()));
        }
        scripts.Sort(static (a, b) => a.Item1.CompareTo(b.Item1));
        return scripts;
    }
}
