using System.CommandLine;

namespace Cdp.Cli.Shell;

/// <summary>The command line as a whole: parses, runs one verb, turns every failure into one line and an exit code.</summary>
internal static class CliApp
{
    // No RootCommand: that takes its name, which the help shows, from the assembly.
    public static Command Build(CliHost host) => new(
        "cdp",
        "Cdp.Grains on the command line. Exit codes: 0 ok, 1 rows rejected or a problem found, 2 usage, 3 server unreachable or refusing, 130 interrupted.")
    {
        new System.CommandLine.Help.HelpOption(),
        new VersionOption(),
        Import.ImportCommand.Create(host),
        Export.ExportCommand.Create(host),
        Profiles.ProfileCommand.Create(host),
        Events.EventsCommand.Create(host),
        Doctor.DoctorCommand.Create(host),
        Identity.IdentityCommand.Create(host),
        Audiences.AudienceCommand.Create(host),
        Geofences.GeofenceCommand.Create(host),
        Triggers.TriggerCommand.Create(host),
        Backup.BackupCommands.Backup(host),
        Backup.BackupCommands.Restore(host),
        Migrate.MigrateCommand.Create(host),
    };

    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliHost host, CancellationToken cancellationToken = default)
    {
        // A ref or a file name may begin with '@': no response files.
        var parsed = Build(host).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            var error = parsed.UnmatchedTokens is [var token, ..] ? $"'{token}' is not known here." : parsed.Errors[0].Message;
            return Fail(host, ExitCodes.Usage, $"{error} See --help.");
        }

        try
        {
            // The import writes its checkpoint after Ctrl+C; that takes as long as one request at most.
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = host.Out,
                    Error = host.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
                },
                cancellationToken);
        }
        catch (CliException e)
        {
            return Fail(host, e.ExitCode, e.Message);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(host, ExitCodes.Usage, e.Message);
        }
#pragma warning disable CA1031 // A fault of this tool: one line all the same. Its message may hold a row's values, so it stays unsaid.
        catch (Exception e) when (string.IsNullOrEmpty(host.Environment("CDP_DEBUG")))
#pragma warning restore CA1031
        {
            return Fail(host, ExitCodes.Problem, $"this should not happen: {e.GetType().Name} at {e.TargetSite?.DeclaringType?.Name}. CDP_DEBUG=1 shows all of it; please report it.");
        }
    }

    private static int Fail(CliHost host, int code, string message)
    {
        host.Error.WriteLine($"cdp: {message.ReplaceLineEndings(" ")}");
        return code;
    }
}
