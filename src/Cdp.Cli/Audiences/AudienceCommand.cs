using System.CommandLine;
using System.Text.Json;
using Cdp.Cli.Export;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;
using Spectre.Console;

namespace Cdp.Cli.Audiences;

/// <summary><c>cdp audience list|get|put|delete|preview|members</c>.</summary>
internal static class AudienceCommand
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CliHost host) => new("audience", "Audiences of the key's workspace: what they are, and who is in them.")
    {
        List(host), Get(host), Put(host), Delete(host), Preview(host), Members(host),
    };

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

    private static Command Get(CliHost host)
    {
        var id = Id();
        var command = new Command("get", "Write a definition to stdout, fit for put.") { id };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            using var document = ApiCall.Parse(await ApiCall.SendAsync(connection, HttpMethod.Get, Path(parsed.GetRequiredValue(id)), "audience", cancellationToken));
            await host.Out.WriteLineAsync(JsonSerializer.Serialize(document.RootElement.GetProperty("definition"), s_indented));
            await host.Error.WriteLineAsync($"version {JsonTables.Plain(document.RootElement, "version")}, {JsonTables.Plain(document.RootElement, "members")} members");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Put(CliHost host)
    {
        var file = DefinitionFile();
        var command = new Command("put", "Put a definition in force; stored customers are filled in.") { file };
        var (reason, server) = (Reason(command), new ServerOptions().AddTo(command));
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definition = await File.ReadAllBytesAsync(parsed.GetRequiredValue(file), cancellationToken);
            using var connection = server.Connect(parsed, host);
            var path = Path(IdIn(definition)) + Why(parsed.GetValue(reason));
            using var document = ApiCall.Parse(await ApiCall.SendAsync(connection, HttpMethod.Put, path, "audience", cancellationToken, definition));
            await host.Out.WriteLineAsync($"{JsonTables.Plain(document.RootElement, "id")} version {JsonTables.Plain(document.RootElement, "version")} is in force");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Delete(CliHost host)
    {
        var id = Id();
        var command = new Command("delete", "Delete an audience; its members leave it silently.") { id };
        var (reason, server) = (Reason(command), new ServerOptions().AddTo(command));
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var path = Path(parsed.GetRequiredValue(id)) + Why(parsed.GetValue(reason));
            await ApiCall.SendAsync(connection, HttpMethod.Delete, path, "audience", cancellationToken);
            await host.Out.WriteLineAsync("deleted");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Preview(CliHost host)
    {
        var file = DefinitionFile();
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

    private static Command Members(CliHost host)
    {
        var id = Id();
        var columns = new Option<string?>("--columns") { Description = "Places in the profile, such as traits.email,identifiers.user_id.", HelpName = "LIST" };
        var command = new Command("members", "Write the members as NDJSON to stdout.") { id, columns };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var path = Path(parsed.GetRequiredValue(id)) + "/members" + (parsed.GetValue(columns) is { } list ? $"?columns={Uri.EscapeDataString(list)}" : "");
            using var response = await connection.CallAsync(HttpMethod.Get, "v1/" + path, cancellationToken);
            if (!response.IsSuccessStatusCode) throw (await Problem.ReadAsync(response, cancellationToken)).ToError("members");
            await using var pipe = new WriterStream(host.Out);
            await response.Content.CopyToAsync(pipe, cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The audience's id." };

    private static Argument<string> DefinitionFile() => new("FILE") { Description = "A JSON file: the definition, see docs/audiences.md." };

    private static Option<string?> Reason(Command command)
    {
        var reason = new Option<string?>("--reason") { Description = "Why; the history shows it." };
        command.Add(reason);
        return reason;
    }

    private static string Path(string id) => "audiences/" + Uri.EscapeDataString(id);

    private static string Why(string? reason) => reason is null ? "" : $"?reason={Uri.EscapeDataString(reason)}";

    private static string IdIn(byte[] definition)
    {
        try
        {
            using var document = JsonDocument.Parse(definition);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String)
                return id.GetString()!;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw CliException.Usage("the file is no JSON object with an id.");
    }
}
