using System.CommandLine;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Identity;

/// <summary><c>cdp identity split</c>.</summary>
internal static class SplitCommand
{
    public static Command Create(CliHost host)
    {
        var profile = new Argument<string>("PROFILE") { Description = "type:value or an id." };
        var identifiers = new Option<string[]>("--identifiers")
        {
            Description = "Make a profile of its own of these, each type:value.", AllowMultipleArgumentsPerToken = true, HelpName = "REF…",
        };
        var merge = new Option<string?>("--merge") { Description = "Take this merge back: the mergeId of its answer, or of the profile's identities.", HelpName = "ID" };
        var reason = new Option<string>("--reason") { Description = "Why; both histories show it.", Required = true };
        var allow = new Option<bool>("--allow-merge") { Description = "Let events join the two again. Without it only cdp identity merge does." };
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is." };
        var command = new Command("split", "Make two profiles of one. Events and traits go to the side that they came in by.") { profile, identifiers, merge, reason, allow, json };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (named, undone) = (parsed.GetValue(identifiers) ?? [], parsed.GetValue(merge));
            if (named.Length == 0 == undone is null) throw CliException.Usage("give either --identifiers or --merge.");
            using var connection = server.Connect(parsed, host);
            var body = IdentityCall.Body(b =>
            {
                b.WriteString("profile", Refs.Check(parsed.GetRequiredValue(profile)));
                b.WriteString("reason", parsed.GetRequiredValue(reason));
                b.WriteBoolean("neverMerge", !parsed.GetValue(allow));
                if (undone is not null) b.WriteString("mergeId", undone);
                if (named.Length == 0) return;
                b.WriteStartArray("identifiers");
                foreach (var identifier in named) b.WriteStringValue(Refs.Check(identifier));
                b.WriteEndArray();
            });
            var answer = await IdentityCall.SendAsync(connection, HttpMethod.Post, "split", "split", cancellationToken, body);
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            string Of(string name) => JsonTables.Plain(document.RootElement, name);
            await host.Out.WriteLineAsync($"{Of("splitProfileId")} has left {Of("profileId")}, with {Of("identifiers")} identifiers and {Of("events")} events.");
            return ExitCodes.Ok;
        });
        return command;
    }
}
