using System.Diagnostics;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>A file system of its own in memory: small, so that it can be full, or read-only, which root cannot have otherwise.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(string options)
    {
        if (TryRun("mount", "-t", "tmpfs", "-o", options, "cdp-tests", Path)) return;
        Directory.Delete(Path);
        throw new InvalidOperationException("mount failed.");
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("cdp-disk-").FullName;

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Unavailable { get; } = WhyNot();

    public void Dispose()
    {
        _ = TryRun("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static string? WhyNot()
    {
        if (!OperatingSystem.IsLinux()) return "Needs Linux: it mounts a small tmpfs.";
        try
        {
            new SmallDisk("size=64k").Dispose();
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or IOException)
        {
            return "Needs to mount a small tmpfs. Run it as root: sudo ./cdp test, or docker run --cap-add SYS_ADMIN.";
        }
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A test that needs a disk of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute() => Skip = SmallDisk.Unavailable;
}
