using System.CommandLine;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;
using Spectre.Console;

namespace Cdp.Cli.Doctor;

/// <summary><c>cdp doctor</c>.</summary>
internal static class DoctorCommand
{
    public static Command Create(CliHost host)
    {
        var data = new Option<string?>("--data") { Description = "Look at this Standalone data directory as well.", HelpName = "DIR" };
        var command = new Command("doctor", "Check the server, the key, the clock and the data directory. Changes nothing.") { data };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var findings = await new ServerChecks(connection, host).RunAsync(cancellationToken);
            if (parsed.GetValue(data) is { } directory) findings.AddRange(DataChecks.Run(directory));
            Write(host.OutConsole(), findings);
            return findings.Exists(f => f.Grade == Grade.Fail) ? ExitCodes.Problem : ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(IAnsiConsole console, List<Finding> findings)
    {
        var table = new Table { Border = TableBorder.Horizontal };
        table.AddColumns("", "check", "found", "remedy");
        foreach (var finding in findings)
        {
            var colour = finding.Grade switch { Grade.Ok => "green", Grade.Warn => "yellow", _ => "red" };
            var word = finding.Grade switch { Grade.Ok => "ok", Grade.Warn => "warn", _ => "FAIL" };
            table.AddRow(
                $"[{colour}]{word}[/]", finding.Check.EscapeMarkup(), Refs.Printable(finding.Detail).EscapeMarkup(), (finding.Remedy ?? "").EscapeMarkup());
        }

        console.Write(table);
    }
}
