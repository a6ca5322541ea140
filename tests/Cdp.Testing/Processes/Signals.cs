using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Cdp.Testing.Processes;

/// <summary>What .NET cannot send to another process.</summary>
internal static partial class Signals
{
    private const int Sigterm = 15;
    private static readonly (int Stop, int Continue) Stopping = OperatingSystem.IsMacOS() ? (17, 19) : (19, 18);

    public static void Terminate(Process process) => Send(process, Sigterm);

    public static void Suspend(Process process) => Send(process, Stopping.Stop);

    public static void Resume(Process process) => Send(process, Stopping.Continue);

    private static void Send(Process process, int signal)
    {
        if (Kill(process.Id, signal) != 0) throw new InvalidOperationException($"kill failed with {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

/// <summary>A test that needs signals.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SignalFactAttribute : FactAttribute
{
    /// <summary>Looks at the system.</summary>
    public SignalFactAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = "Needs SIGTERM, which this system does not have. Run it on Linux or macOS.";
    }
}
