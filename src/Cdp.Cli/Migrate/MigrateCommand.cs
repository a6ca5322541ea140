using System.CommandLine;
using System.Globalization;
using Cdp.Cli.Shell;
using Cdp.Core.Journal;
using Cdp.Storage;
using Cdp.Storage.Postgres.Migration;
using Spectre.Console;

namespace Cdp.Cli.Migrate;

/// <summary><c>cdp migrate</c>: from one machine's file to the database of a grid.</summary>
internal static class MigrateCommand
{
    private const string Variable = "CDP_POSTGRES";

    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    public static Command Create(CliHost host)
    {
        var data = new Option<string>("--data") { Description = "The data directory of a Standalone server that is stopped.", Required = true, HelpName = "DIR" };
        var to = new Option<string?>("--to")
        {
            Description = $"The database, as host=…;database=…;username=…;password=…; else ${Variable}, which other users of the machine cannot read.",
            HelpName = "CONNECTION",
        };
        var command = new Command("migrate", "Move a Standalone journal into an empty PostgreSQL database. Run it again to go on after an interruption.") { data, to };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var connection = parsed.GetValue(to) ?? host.Environment(Variable)
                ?? throw CliException.Usage($"Which database? Set {Variable} or give --to.");
            var rows = await ExplainAsync(() => SqliteMigration.RunAsync(
                parsed.GetRequiredValue(data), connection, TimeProvider.System, Progress(host), cancellationToken));
            await PrintAsync(host, rows);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>A line when a table is begun or done, and every few seconds between.</summary>
    private static Action<MigrationProgress> Progress(CliHost host)
    {
        var last = host.Time.GetTimestamp();
        return p =>
        {
            if (p.Rows != 0 && p.Rows != p.TotalRows && host.Time.GetElapsedTime(last) < LineEvery) return;
            last = host.Time.GetTimestamp();
            host.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{(p.IsCheck ? "checking" : "copying")} {p.Table}: {p.Rows} of {p.TotalRows} rows"));
        };
    }

    private static async Task PrintAsync(CliHost host, IReadOnlyList<MigratedRows> rows)
    {
        var table = new Table().Border(TableBorder.None).AddColumn("table").AddColumn("rows", static c => c.RightAligned()).AddColumn("SHA-256, the same on both sides");
        foreach (var row in rows) table.AddRow(row.Table, row.Rows.ToString(CultureInfo.InvariantCulture), row.Digest);
        host.OutConsole().Write(table);
        await host.Out.WriteLineAsync("The database is ready. The file is as it was: keep it until you trust the database, and start no server on it.");
    }

    private static async Task<T> ExplainAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is MigrationRefusedException or JournalDamagedException)
        {
            throw CliException.Problem(e.Message);
        }
        catch (JournalUnavailableException e)
        {
            throw CliException.Server($"{e.Message} Run the same command again to go on.");
        }
        catch (ArgumentException)
        {
            // What it says may quote the password.
            throw CliException.Usage("The connection is not written as Npgsql wants it: host=…;database=…;username=…;password=….");
        }
        catch (Exception e) when (e is IOException or JournalLockedException or JournalSchemaException)
        {
            throw CliException.Usage(e is FileNotFoundException { FileName: { } name } ? $"{e.Message} {name}" : e.Message);
        }
    }
}
