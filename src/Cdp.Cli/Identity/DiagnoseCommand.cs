using System.CommandLine;
using System.Globalization;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Identity;

/// <summary><c>cdp identity doctor</c>.</summary>
internal static class DiagnoseCommand
{
    public static Command Create(CliHost host)
    {
        var limit = new Option<int>("-n") { Description = "At most so many findings of a kind, the worst first.", DefaultValueFactory = _ => 20, HelpName = "COUNT" };
        var min = new Option<int>("--min") { Description = "So many profiles of a value, absorbed profiles, or values of one person type make a finding.", DefaultValueFactory = _ => 5, HelpName = "COUNT" };
        var seconds = new Option<int>("--seconds") { Description = "How long the server reads, 1 to 90.", DefaultValueFactory = _ => 30, HelpName = "SECONDS" };
        var values = new Option<bool>("--values") { Description = "Show values: personal data." };
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is." };
        var command = new Command("doctor", "Find profiles near limits, values that tie many profiles together, and suspicious clusters. Changes nothing.")
        {
            limit, min, seconds, values, json,
        };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var path = string.Create(
                CultureInfo.InvariantCulture,
                $"doctor?limit={parsed.GetValue(limit)}&min={parsed.GetValue(min)}&seconds={parsed.GetValue(seconds)}{(parsed.GetValue(values) ? "&values=true" : "")}");
            var answer = await IdentityCall.SendAsync(connection, HttpMethod.Get, path, "doctor", cancellationToken);
            using var document = ApiCall.Parse(answer);
            var isHealthy = DiagnosisView.IsHealthy(document.RootElement);
            if (parsed.GetValue(json)) await ApiCall.WriteRawAsync(host, answer);
            else DiagnosisView.Write(host.OutConsole(), document.RootElement);
            return isHealthy ? ExitCodes.Ok : ExitCodes.Problem;
        });
        return command;
    }
}
