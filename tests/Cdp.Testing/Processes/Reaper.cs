using System.Diagnostics;
using System.Globalization;

namespace Cdp.Testing.Processes;

/// <summary>
/// Kills the servers that are left when the tests' process ends, whatever ends it: a shell beside it keeps the list, and waits for the end of its
/// standard input.
/// </summary>
internal static class Reaper
{
    private const string Script = """
        while read -r order id; do
          case $order in
            watch) left="$left $id" ;;
            forget) rest=; for one in $left; do [ "$one" = "$id" ] || rest="$rest $one"; done; left=$rest ;;
          esac
        done
        for one in $left; do kill -9 "$one" 2>/dev/null; done
        """;

    private static readonly Lock s_gate = new();
    private static Process? s_shell;

    public static void Watch(int id) => Say("watch", id);

    public static void Forget(int id) => Say("forget", id);

    private static void Say(string order, int id)
    {
        if (OperatingSystem.IsWindows()) return;
        lock (s_gate)
        {
            s_shell ??= Process.Start(new ProcessStartInfo("sh", ["-c", Script]) { RedirectStandardInput = true })!;
            s_shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{order} {id}"));
            s_shell.StandardInput.Flush();
        }
    }
}
