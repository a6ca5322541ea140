using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;
using Spectre.Console;

namespace Cdp.Cli.Identity;

/// <summary><c>cdp identity policy get|put|delete|history</c>.</summary>
internal static class PolicyCommand
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CliHost host) => new("policy", "The identity policy of the key's workspace, changed while the grid runs.")
    {
        Get(host), Put(host), Delete(host), History(host),
    };

    private static Command Get(CliHost host)
    {
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is, with version and author." };
        var command = new Command("get", "Write the policy to stdout, fit for put; its version goes to stderr.") { json };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var answer = await IdentityCall.SendAsync(connection, HttpMethod.Get, "policy", "policy", cancellationToken);
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            var root = document.RootElement;
            await host.Out.WriteLineAsync(root.TryGetProperty("policy", out var policy) ? JsonSerializer.Serialize(policy, s_indented) : "{}");
            var who = root.TryGetProperty("by", out _) ? $", by {JsonTables.Plain(root, "by")} at {JsonTables.Plain(root, "at")}" : "";
            await host.Error.WriteLineAsync($"version {JsonTables.Plain(root, "version")} ({JsonTables.Plain(root, "source")}{who})");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Put(CliHost host)
    {
        var file = new Argument<string>("FILE") { Description = "A JSON file: the object that the configuration has as Identity." };
        return Write(host, "put", "Judge events by another policy from now on.", HttpMethod.Put, file, async (parsed, token) => await File.ReadAllBytesAsync(parsed.GetRequiredValue(file), token));
    }

    private static Command Delete(CliHost host) =>
        Write(host, "delete", "Go back to the configuration's policy.", HttpMethod.Delete, null, (_, _) => Task.FromResult<byte[]?>(null));

    private static Command Write(
        CliHost host, string name, string description, HttpMethod method, Argument<string>? file, Func<ParseResult, CancellationToken, Task<byte[]?>> read)
    {
        var reason = new Option<string?>("--reason") { Description = "Why; the history shows it." };
        var version = new Option<long?>("--if-version") { Description = "Only if this is the latest version; 0: only if none is stored.", HelpName = "N" };
        var command = new Command(name, description) { reason, version };
        if (file is not null) command.Add(file);
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var policy = await read(parsed, cancellationToken);
            using var connection = server.Connect(parsed, host);
            var path = parsed.GetValue(reason) is { } why ? $"policy?reason={Uri.EscapeDataString(why)}" : "policy";
            var answer = await IdentityCall.SendAsync(connection, method, path, "policy", cancellationToken, policy, parsed.GetValue(version));
            using var document = ApiCall.Parse(answer);
            await host.Out.WriteLineAsync($"version {JsonTables.Plain(document.RootElement, "version")} ({JsonTables.Plain(document.RootElement, "source")}) is in force");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command History(CliHost host)
    {
        var limit = new Option<int>("-n") { Description = "How many of the newest versions, 1 to 100.", DefaultValueFactory = _ => 20, HelpName = "COUNT" };
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is, with the policies." };
        var command = new Command("history", "Who changed the policy, when and why; newest first.") { limit, json };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var path = string.Create(CultureInfo.InvariantCulture, $"policy/history?limit={parsed.GetValue(limit)}");
            var answer = await IdentityCall.SendAsync(connection, HttpMethod.Get, path, "policy", cancellationToken);
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            var table = JsonTables.Table("version", "at", "by", "", "reason");
            foreach (var item in document.RootElement.GetProperty("history").EnumerateArray())
            {
                var isDeletion = item.GetProperty("policy").ValueKind == JsonValueKind.Null;
                table.AddRow(JsonTables.Cell(item, "version"), JsonTables.Cell(item, "at"), JsonTables.Cell(item, "by"), isDeletion ? "deleted" : "put", JsonTables.Cell(item, "reason"));
            }

            host.OutConsole().Write(table);
            return ExitCodes.Ok;
        });
        return command;
    }
}
