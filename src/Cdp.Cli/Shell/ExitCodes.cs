namespace Cdp.Cli.Shell;

/// <summary>What the process answers. Scripts rely on these numbers: they are part of the contract (docs/cli.md).</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The command ran to its end, but found a problem: rejected rows, a failed check, a profile that is not there.</summary>
    public const int Problem = 1;

    /// <summary>The command line, a map or a local file cannot be used as given.</summary>
    public const int Usage = 2;

    /// <summary>The server cannot be reached, refuses the key, or kept failing for longer than the retry bound.</summary>
    public const int Server = 3;

    /// <summary>Ctrl+C or SIGTERM during an import (128 + SIGINT, as shells do); it can be resumed.</summary>
    public const int Interrupted = 130;
}
