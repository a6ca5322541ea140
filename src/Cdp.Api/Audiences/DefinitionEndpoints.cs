using System.Text.Json;
using System.Text.RegularExpressions;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Definitions;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary>Definitions of audiences and of computed traits: listed, read, put and deleted, each by its id.</summary>
/// <param name="definitions">The definitions.</param>
/// <param name="kind">Which ones.</param>
/// <param name="list">The name of their list.</param>
/// <param name="standings">How audiences stand; null for other definitions.</param>
/// <param name="name">The name of the only one there is; null when there are many, by the id of the path.</param>
internal sealed partial class DefinitionEndpoints(AudienceDefinitions definitions, string kind, string list, AudienceStandings? standings = null, string? name = null)
{
    public async Task ListAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var all = await definitions.Feed.Store.ListAsync(key.Workspace, kind, context.RequestAborted);
        var known = standings is null ? null : await standings.ReadAsync(key.Workspace, services.Settings.Audiences(key.Workspace), context.RequestAborted);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteStartArray(list);
            foreach (var definition in all)
            {
                json.WriteStartObject();
                Write(json, definition);
                known?.Write(json, definition.Name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public async Task GetAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        if (await definitions.Feed.Store.ReadAsync(key.Workspace, kind, name ?? Id(context), context.RequestAborted) is not { IsDeleted: false } definition)
            throw new ProblemException(ProblemCode.DefinitionNotFound);
        context.Response.Headers.ETag = PolicyVersions.ETag(definition.Version);
        var known = standings is null ? null : await standings.ReadAsync(key.Workspace, services.Settings.Audiences(key.Workspace), context.RequestAborted);
        await PolicyReads.AnswerAsync(context, json =>
        {
            Write(json, definition);
            known?.Write(json, definition.Name);
        });
    }

    public async Task PutAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var id = name ?? Id(context);
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, DefinitionRules.MaxBodyBytes);
        if (name is null && IdIn(body.Memory) != id) throw new ProblemException(ProblemCode.InvalidBody, "Send the definition, with the id of the path as its member id.");
        await WriteAsync(context, services, key, id, body.Memory.ToArray());
    }

    public Task DeleteAsync(HttpContext context, ApiServices services, KeyEntry key) => WriteAsync(context, services, key, name ?? Id(context), null);

    private async Task WriteAsync(HttpContext context, ApiServices services, KeyEntry key, string id, byte[]? body)
    {
        var (_, problems) = definitions.Try(key.Workspace, kind, id, body);
        if (problems.Count > 0)
        {
            await Problem.WriteAsync(context, ProblemCode.InvalidDefinition, $"{problems.Count} problems; what is in force stays.", errors: problems);
            return;
        }

        var write = new DefinitionWrite(
            key.Workspace, kind, id, body, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), key.Who, QueryValues.Reason(context.Request),
            PolicyVersions.IfMatch(context.Request.Headers.IfMatch));
        var outcome = await definitions.Feed.WriteAsync(write, CancellationToken.None);
        if (outcome.Status == DefinitionStatus.NotFound) throw new ProblemException(ProblemCode.DefinitionNotFound);
        var version = outcome.Latest?.Version ?? 0;
        if (outcome.Status == DefinitionStatus.Conflict) throw new ProblemException(ProblemCode.VersionConflict, $"The latest version is {version}.");
        context.Response.Headers.ETag = PolicyVersions.ETag(version);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteString("id", id);
            json.WriteNumber("version", version);
        });
    }

    public static string Id(HttpContext context) =>
        context.Request.RouteValues["id"] is string id && IdPattern().IsMatch(id)
            ? id
            : throw new ProblemException(ProblemCode.InvalidParameter, "An id is 1 to 64 of a-z 0-9 _ - and begins with a letter or digit.");

    private static string? IdIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
                ? id.GetString()
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair.
            throw new ProblemException(ProblemCode.InvalidJson);
        }
    }

    private static void Write(Utf8JsonWriter json, Definition definition)
    {
        json.WriteString("id", definition.Name);
        json.WriteNumber("version", definition.Version);
        json.WriteString("at", IsoTime.Format(definition.AtMs));
        json.WriteString("by", definition.By);
        json.WriteString("reason", definition.Reason);
        json.WritePropertyName("definition");
        json.WriteRawValue(definition.Body!, skipInputValidation: true);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,63}$")]
    private static partial Regex IdPattern();
}
