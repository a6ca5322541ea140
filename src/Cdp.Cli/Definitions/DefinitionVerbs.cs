using System.CommandLine;
using System.Text.Json;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Definitions;

/// <summary>The verbs that all definitions have: <c>get</c>, <c>put</c> and <c>delete</c>.</summary>
/// <param name="host">Where they run.</param>
/// <param name="kind">What one is called, with its article: "an audience".</param>
/// <param name="path">Its path behind <c>/v1/</c>.</param>
/// <param name="page">Where definitions are explained.</param>
internal sealed class DefinitionVerbs(CliHost host, string kind, string path, string page)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="heading">A line for stderr out of the answer.</param>
    public Command Get(Func<JsonElement, string> heading)
    {
        var id = Id();
        var command = new Command("get", "Write a definition to stdout, fit for put.") { id };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            using var document = ApiCall.Parse(await ApiCall.SendAsync(connection, HttpMethod.Get, PathOf(parsed.GetRequiredValue(id)), kind, cancellationToken));
            // A fence is answered as it is.
            var definition = document.RootElement.TryGetProperty("definition", out var inner) ? inner : document.RootElement;
            await host.Out.WriteLineAsync(JsonSerializer.Serialize(definition, s_indented));
            if (heading(document.RootElement) is { Length: > 0 } line) await host.Error.WriteLineAsync(line);
            return ExitCodes.Ok;
        });
        return command;
    }

    public Command Put(string description)
    {
        var file = DefinitionFile();
        var command = new Command("put", description) { file };
        var (reason, server) = (Reason(command), new ServerOptions().AddTo(command));
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definition = await File.ReadAllBytesAsync(parsed.GetRequiredValue(file), cancellationToken);
            using var connection = server.Connect(parsed, host);
            var to = PathOf(IdIn(definition)) + Why(parsed.GetValue(reason));
            using var document = ApiCall.Parse(await ApiCall.SendAsync(connection, HttpMethod.Put, to, kind, cancellationToken, definition));
            await host.Out.WriteLineAsync($"{JsonTables.Plain(document.RootElement, "id")} version {JsonTables.Plain(document.RootElement, "version")} is in force");
            return ExitCodes.Ok;
        });
        return command;
    }

    public Command Delete(string description)
    {
        var id = Id();
        var command = new Command("delete", description) { id };
        var (reason, server) = (Reason(command), new ServerOptions().AddTo(command));
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            await ApiCall.SendAsync(connection, HttpMethod.Delete, PathOf(parsed.GetRequiredValue(id)) + Why(parsed.GetValue(reason)), kind, cancellationToken);
            await host.Out.WriteLineAsync("deleted");
            return ExitCodes.Ok;
        });
        return command;
    }

    public Argument<string> Id() => new("ID") { Description = $"The id of {kind}." };

    public Argument<string> DefinitionFile() => new("FILE") { Description = $"A JSON file: the definition, see {page}." };

    public string PathOf(string id) => $"{path}/{Uri.EscapeDataString(id)}";

    private static Option<string?> Reason(Command command)
    {
        var reason = new Option<string?>("--reason") { Description = "Why; the history shows it." };
        command.Add(reason);
        return reason;
    }

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
