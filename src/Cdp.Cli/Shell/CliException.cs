namespace Cdp.Cli.Shell;

/// <summary>Ends the command with one line on stderr. The message holds no personal data: row numbers, codes and what the user typed.</summary>
internal class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CliException Usage(string message) => new(ExitCodes.Usage, message);

    public static CliException Problem(string message) => new(ExitCodes.Problem, message);

    public static CliException Server(string message) => new(ExitCodes.Server, message);
}

/// <summary>The server is not there, or not now.</summary>
internal sealed class UnreachableException(string message) : CliException(ExitCodes.Server, message);
