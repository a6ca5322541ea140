using System.CommandLine;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Identity;

/// <summary><c>cdp identity merge</c>.</summary>
internal static class MergeCommand
{
    public static Command Create(CliHost host)
    {
        var survivor = new Argument<string>("SURVIVOR") { Description = "The profile that keeps its id: type:value or an id." };
        var absorbed = new Argument<string>("ABSORBED") { Description = "The profile whose id leads to the survivor from then on." };
        var reason = new Option<string>("--reason") { Description = "Why; both histories show it.", Required = true };
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is." };
        var command = new Command("merge", "Make one profile of two, whatever the policy says. It can be undone by split.") { survivor, absorbed, reason, json };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var body = IdentityCall.Body(b =>
            {
                b.WriteString("survivor", Refs.Check(parsed.GetRequiredValue(survivor)));
                b.WriteString("absorbed", Refs.Check(parsed.GetRequiredValue(absorbed)));
                b.WriteString("reason", parsed.GetRequiredValue(reason));
            });
            var answer = await IdentityCall.SendAsync(connection, HttpMethod.Post, "merge", "merge", cancellationToken, body);
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            var (profile, merge) = (JsonTables.Plain(document.RootElement, "profileId"), JsonTables.Plain(document.RootElement, "mergeId"));
            await host.Out.WriteLineAsync($"Both are {profile} now.");
            await host.Out.WriteLineAsync($"To undo it: cdp identity split {profile} --merge {merge} --reason …");
            return ExitCodes.Ok;
        });
        return command;
    }
}
