using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>What .NET cannot send to another process.</summary>
internal static partial class Signals
{
    private const int Sigterm = 15;

    public static void Terminate(Process process)
    {
        if (Kill(process.Id, Sigterm) != 0) throw new InvalidOperationException($"kill failed with {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

/// <summary>A test that needs signals.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SignalFactAttribute : FactAttribute
{
    public SignalFactAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = "Needs SIGTERM, which this system does not have. Run it on Linux or macOS.";
    }
}
