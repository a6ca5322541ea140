using System.CommandLine;
using Cdp.Cli.Definitions;
using Cdp.Cli.Export;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;
using Spectre.Console;

namespace Cdp.Cli.Audiences;

/// <summary><c>cdp audience list|get|put|delete|preview|members</c>.</summary>
internal static class AudienceCommand
{
    public static Command Create(CliHost host)
    {
        var verbs = new DefinitionVerbs(host, "audience", "audiences", "docs/audiences.md");
        return new("audience", "Audiences of the key's workspace: what they are, and who is in them.")
        {
            List(host),
            verbs.Get(static audience => $"version {JsonTables.Plain(audience, "version")}, {JsonTables.Plain(audience, "members")} members"),
            verbs.Put("Put a definition in force; stored customers are filled in."),
            verbs.Delete("Delete an audience; its members leave it silently."),
            Preview(host, verbs),
            Members(host, verbs),
        };
    }

    private static Command List(CliHost host)
    {
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is, with the definitions." };
        var command = new Command("list", "All audiences, how many are in them, and how far new ones are filled.") { json };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var answer = await ApiCall.SendAsync(connection, HttpMethod.Get, "audiences", "audiences", cancellationToken);
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            var table = JsonTables.Table("id", "version", "members", "", "filled");
            foreach (var item in document.RootElement.GetProperty("audiences").EnumerateArray())
            {
                var fill = item.GetProperty("fill");
                var isDone = fill.GetProperty("state").ValueEquals("done");
                var progress = isDone ? "yes" : fill.TryGetProperty("done", out var done) ? $"{done} of {fill.GetProperty("total")}" : "not yet";
                table.AddRow(JsonTables.Cell(item, "id"), JsonTables.Cell(item, "version"), JsonTables.Cell(item, "members"), item.GetProperty("paused").GetBoolean() ? "paused" : "", progress);
            }

            host.OutConsole().Write(table);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Preview(CliHost host, DefinitionVerbs verbs)
    {
        var file = verbs.DefinitionFile();
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is, with ten profiles." };
        var command = new Command("preview", "How many customers a definition would have; nothing is stored.") { file, json };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definition = await File.ReadAllBytesAsync(parsed.GetRequiredValue(file), cancellationToken);
            using var connection = server.Connect(parsed, host);
            var answer = await ApiCall.SendAsync(connection, HttpMethod.Post, "audiences:preview", "preview", cancellationToken, definition);
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            var root = document.RootElement;
            var size = root.GetProperty("exact").GetBoolean()
                ? $"exactly {root.GetProperty("size")}"
                : $"about {root.GetProperty("size")} ({root.GetProperty("low")} to {root.GetProperty("high")} with 95 % confidence)";
            await host.Out.WriteLineAsync($"{size} of {root.GetProperty("customers")} customers; {root.GetProperty("sampled")} were judged");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Members(CliHost host, DefinitionVerbs verbs)
    {
        var id = verbs.Id();
        var columns = new Option<string?>("--columns") { Description = "Places in the profile, such as traits.email,identifiers.user_id.", HelpName = "LIST" };
        var command = new Command("members", "Write the members as NDJSON to stdout.") { id, columns };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var path = verbs.PathOf(parsed.GetRequiredValue(id)) + "/members" + (parsed.GetValue(columns) is { } list ? $"?columns={Uri.EscapeDataString(list)}" : "");
            using var response = await connection.CallAsync(HttpMethod.Get, "v1/" + path, cancellationToken);
            if (!response.IsSuccessStatusCode) throw (await Problem.ReadAsync(response, cancellationToken)).ToError("members");
            await using var pipe = new WriterStream(host.Out);
            await response.Content.CopyToAsync(pipe, cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }
}
