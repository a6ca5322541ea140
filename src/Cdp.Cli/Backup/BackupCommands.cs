using System.CommandLine;
using System.Globalization;
using Cdp.Cli.Shell;
using Cdp.Core.Journal;
using Cdp.Storage;
using Cdp.Storage.Sqlite;

namespace Cdp.Cli.Backup;

/// <summary><c>cdp backup</c> and <c>cdp restore</c>: the only verbs that touch a server's files.</summary>
internal static class BackupCommands
{
    public static Command Backup(CliHost host)
    {
        var data = Data("The server's data directory; the server may be running.");
        var output = new Option<string>("--out") { Description = "The file to make. One that is there is never overwritten.", Required = true, HelpName = "FILE" };
        var command = new Command("backup", "Copy a Standalone journal into one file, checked, while the server runs.") { data, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var file = parsed.GetRequiredValue(output);
            var bytes = await ExplainAsync(() => SqliteBackup.CreateAsync(parsed.GetRequiredValue(data), file, cancellationToken: cancellationToken));
            await host.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{file}: {bytes / 1024.0 / 1024.0:0.0} MiB, checked"));
            return ExitCodes.Ok;
        });
        return command;
    }

    public static Command Restore(CliHost host)
    {
        var backup = new Argument<string>("FILE") { Description = "A file that backup made; it is checked in full first and stays as it is." };
        var data = Data("The data directory of a server that is stopped; made when it is missing.");
        var command = new Command("restore", "Put a backup in the place of a journal. What is there is moved aside, never removed.") { backup, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = parsed.GetRequiredValue(data);
            var aside = await ExplainAsync(() => SqliteBackup.RestoreAsync(parsed.GetRequiredValue(backup), directory, host.Time, cancellationToken));
            await host.Out.WriteLineAsync($"{directory}: restored");
            foreach (var file in aside) await host.Out.WriteLineAsync($"  moved aside: {file}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Option<string> Data(string description) => new("--data") { Description = description, Required = true, HelpName = "DIR" };

    private static async Task<T> ExplainAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (JournalDamagedException e)
        {
            throw CliException.Problem(e.Message);
        }
        catch (Exception e) when (e is IOException or JournalLockedException or JournalSchemaException or JournalUnavailableException)
        {
            throw CliException.Usage(e is FileNotFoundException { FileName: { } name } ? $"{e.Message} {name}" : e.Message);
        }
    }
}
