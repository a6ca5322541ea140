using System.Globalization;

namespace Cdp.Testing.Postgres;

/// <summary>Finds PostgreSQL's server programs where Debian puts them, outside the path.</summary>
public static class PostgresBinaries
{
    private const string Root = "/usr/lib/postgresql";
    private const string Install = "apt-get install postgresql";

    /// <summary>The folder with <c>initdb</c> and <c>postgres</c> of the newest version, null when there is none.</summary>
    public static string? Folder { get; } = Directory.Exists(Root)
        ? Directory.GetDirectories(Root)
            .Where(static d => File.Exists(Path.Combine(d, "bin", "initdb")) && File.Exists(Path.Combine(d, "bin", "postgres")))
            .OrderByDescending(static d => double.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(static d => Path.Combine(d, "bin"))
            .FirstOrDefault()
        : null;

    /// <summary>Why a server cannot be started here, with the command that helps; null when it can.</summary>
    public static string? Missing { get; } =
        Folder is null ? $"There is no PostgreSQL server in {Root}; {Install}"
        : Environment.UserName == "root" && !HasUser ? $"PostgreSQL refuses to run as root and there is no user postgres; {Install}"
        : null;

    private static bool HasUser => File.ReadLines("/etc/passwd").Any(static l => l.StartsWith("postgres:", StringComparison.Ordinal));
}
