using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Cli.Definitions;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;
using Spectre.Console;

namespace Cdp.Cli.Triggers;

/// <summary><c>cdp trigger list|get|put|delete|dryrun|decisions</c>.</summary>
internal static class TriggerCommand
{
    private static readonly string[] s_columns = ["at", "trigger", "code", "on", "subject"];

    public static Command Create(CliHost host)
    {
        var verbs = new DefinitionVerbs(host, "trigger", "triggers", "docs/triggers.md");
        return new("trigger", "Triggers of the key's workspace, and what they decided.")
        {
            List(host),
            verbs.Get(static trigger => $"version {JsonTables.Plain(trigger, "version")}"),
            verbs.Put("Put a trigger in force."),
            verbs.Delete("Delete a trigger; what it put out and was not sent is not sent any more."),
            DryRun(host),
            Decisions(host),
        };
    }

    private static Command List(CliHost host)
    {
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is, with the definitions." };
        var command = new Command("list", "All triggers.") { json };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var answer = await ApiCall.SendAsync(connection, HttpMethod.Get, "triggers", "triggers", cancellationToken);
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            var table = JsonTables.Table("id", "version", "when", "", "by", "reason");
            foreach (var item in document.RootElement.GetProperty("triggers").EnumerateArray())
            {
                var definition = item.GetProperty("definition");
                var isPaused = definition.TryGetProperty("paused", out var paused) && paused.ValueKind == JsonValueKind.True;
                table.AddRow(
                    JsonTables.Cell(item, "id"), JsonTables.Cell(item, "version"), JsonTables.Cell(definition, "when"), isPaused ? "paused" : "", JsonTables.Cell(item, "by"), JsonTables.Cell(item, "reason"));
            }

            host.OutConsole().Write(table);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command DryRun(CliHost host)
    {
        var file = new Argument<string>("FILE") { Description = "A JSON file: the definition, see docs/triggers.md; or the id of a trigger that is in force." };
        var reference = new Option<string?>("--ref") { Description = "One profile, type:value or its id; all of them, or a sample, without it.", HelpName = "REF" };
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is." };
        var command = new Command("dryrun", "What a trigger would have decided on history, had it stood from the beginning; nothing is sent or stored.") { file, reference, json };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(file);
            JsonNode? trigger = File.Exists(name) ? Json(await File.ReadAllBytesAsync(name, cancellationToken)) : JsonValue.Create(name);
            var body = new JsonObject { ["trigger"] = trigger };
            if (parsed.GetValue(reference) is { } one) body["ref"] = Refs.Check(one);
            using var connection = server.Connect(parsed, host);
            var answer = await ApiCall.SendAsync(connection, HttpMethod.Post, "triggers:dryrun", "dry run", cancellationToken, JsonSerializer.SerializeToUtf8Bytes(body));
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            var root = document.RootElement;
            var whole = root.GetProperty("exact").GetBoolean() ? "all" : "a sample";
            await host.Out.WriteLineAsync($"{root.GetProperty("played")} of {root.GetProperty("customers")} customers were played ({whole})");
            var table = JsonTables.Table("decision", "times");
            foreach (var code in root.GetProperty("codes").EnumerateObject()) table.AddRow(JsonTables.Escape(code.Name), JsonTables.Escape(code.Value.GetRawText()));
            host.OutConsole().Write(table);
            WriteDecisions(host, root, withProfile: true);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Decisions(CliHost host)
    {
        var reference = new Argument<string>("REF") { Description = "type:value, such as email:a@b.com, or a profile id." };
        var limit = new Option<int>("--limit") { Description = "The newest so many, 1 to 1,000.", DefaultValueFactory = static _ => 100, HelpName = "COUNT" };
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is." };
        var command = new Command("decisions", "What triggers decided of a profile, newest first, and why.") { reference, limit, json };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var path = $"profiles/{Uri.EscapeDataString(Refs.Check(parsed.GetRequiredValue(reference)))}/decisions?limit={parsed.GetValue(limit)}";
            var answer = await ApiCall.SendAsync(connection, HttpMethod.Get, path, "decisions", cancellationToken);
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            WriteDecisions(host, document.RootElement, withProfile: false);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void WriteDecisions(CliHost host, JsonElement root, bool withProfile)
    {
        var table = withProfile ? JsonTables.Table([.. s_columns, "profile"]) : JsonTables.Table(s_columns);
        foreach (var decision in root.GetProperty("decisions").EnumerateArray())
        {
            List<string> cells = [.. s_columns.Select(name => JsonTables.Cell(decision, name))];
            if (withProfile) cells.Add(JsonTables.Cell(decision, "profileId"));
            table.AddRow([.. cells]);
        }

        host.OutConsole().Write(table);
    }

    private static JsonNode? Json(byte[] file)
    {
        try
        {
            return JsonNode.Parse(file);
        }
        catch (JsonException)
        {
            throw CliException.Usage("the file is no JSON.");
        }
    }
}
