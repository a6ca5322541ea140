using System.Globalization;

namespace Cdp.Cli.Doctor;

/// <summary>Looks at a Standalone data directory without opening the journal.</summary>
internal static class DataChecks
{
    private const long DiskWarnBytes = 1L << 30;
    private const long DiskFailBytes = 100L << 20;
    private const long LogWarnBytes = 512L << 20;

    public static List<Finding> Run(string directory)
    {
        if (!Directory.Exists(directory)) return [new Finding("data", Grade.Fail, $"there is no directory {directory}", "Give the server's --data directory.")];
        var findings = new List<Finding>();
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            findings.Add(file.Name.EndsWith("-wal", StringComparison.Ordinal) && file.Length > LogWarnBytes
                ? new Finding($"file {file.Name}", Grade.Warn, Size(file.Length), "The log is not moved into the main file: a long backup or reader holds it.")
                : new Finding($"file {file.Name}", Grade.Ok, Size(file.Length)));
        }

        if (!File.Exists(Path.Combine(directory, "grid.db"))) findings.Add(new Finding("data", Grade.Warn, "no grid.db: nothing was stored here yet"));
        findings.Add(Lock(Path.Combine(directory, "grid.lock")));
        findings.Add(Disk(directory));
        return findings;
    }

    private static Finding Lock(string path)
    {
        if (!File.Exists(path)) return new Finding("lock", Grade.Ok, "no server has run here");
        try
        {
            // Shared and for a moment: a server that starts meanwhile tries again or says so.
            using var _ = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return new Finding("lock", Grade.Ok, "free: no server runs here");
        }
        catch (UnauthorizedAccessException)
        {
            return new Finding("lock", Grade.Warn, "cannot be looked at by this user", "Run doctor as the server's user.");
        }
        catch (IOException)
        {
            return new Finding("lock", Grade.Ok, "held: a server runs here");
        }
    }

    private static Finding Disk(string directory)
    {
        var free = new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        var grade = free < DiskFailBytes ? Grade.Fail : free < DiskWarnBytes ? Grade.Warn : Grade.Ok;
        return new Finding("free disk", grade, Size(free), grade == Grade.Ok ? null : "Make room: a full disk stops the intake.");
    }

    private static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
    };
}
