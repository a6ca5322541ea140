using Cdp.Api;

namespace Cdp.Hosting;

/// <summary>The process of a host: reads the command line, serves until it is told to stop, and says in one line why it does not.</summary>
internal static class HostProcess
{
    private const int CannotStart = 1;
    private const int WrongUsage = 2;

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <param name="title">The first line of the help.</param>
    /// <param name="options">The host's own options.</param>
    /// <param name="args">The command line.</param>
    /// <param name="output">Where the one line of a successful start goes.</param>
    /// <param name="errors">Where errors go.</param>
    /// <param name="serve">Serves until it is told to stop.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string title, IReadOnlyList<CommandOption> options, string[] args, TextWriter output, TextWriter errors, Func<CommandLine, TextWriter, Task> serve)
    {
        var line = CommandLine.Parse(args, options, out var error);
        if (error is not null)
        {
            await errors.WriteLineAsync(error);
            return WrongUsage;
        }

        if (line.ShowHelp || line.ShowVersion)
        {
            await output.WriteLineAsync(line.ShowHelp ? CommandLine.Help(title, options) : $"Cdp.Grains {CdpApi.Version}");
            return 0;
        }

        try
        {
            await serve(line, output);
            return 0;
        }
#pragma warning disable CA1031 // Whatever it is, the operator gets one line and not a stack trace.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            await errors.WriteLineAsync(StartFailure.Explain(failure));
            return CannotStart;
        }
    }
}
