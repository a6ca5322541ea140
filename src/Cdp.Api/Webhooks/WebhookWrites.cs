using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Api.Audiences;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Definitions;
using Cdp.Core.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Webhooks;

/// <summary>Puts and deletes endpoints.</summary>
internal sealed class WebhookWrites(WebhookDefinitions definitions)
{
    /// <summary>Endpoints of a workspace: each is asked for twice a second by every process.</summary>
    public const int MaxPerWorkspace = 100;

    /// <summary><c>PUT /v1/webhooks/{id}</c>.</summary>
    public async Task PutAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var id = DefinitionEndpoints.Id(context);
        using var request = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, WebhookReader.MaxBytes);
        var stored = await definitions.Feed.Store.ReadAsync(key.Workspace, WebhookEndpoint.Kind, id, context.RequestAborted);
        var body = Complete(request.Memory, stored?.Body);
        var (endpoint, problems) = WebhookReader.Read(body, definitions.Addresses.AllowsAny);
        List<string> errors = [.. problems.Select(static p => $"{p.Path}: {p.Code}: expected {p.Expected}")];
        if (endpoint is not null && endpoint.Id != id) errors.Add("$.id: unknown_value: expected the id of the path");
        if (stored is not { IsDeleted: false } && await CountAsync(key.Workspace, context) >= MaxPerWorkspace)
            errors.Add($"$: out_of_range: expected at most {MaxPerWorkspace} endpoints in a workspace");
        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, ProblemCode.InvalidDefinition, $"{errors.Count} problems; what is in force stays.", errors: errors);
            return;
        }

        // What is stored was read for this write: another one in between must not be written over unseen.
        await WriteAsync(context, services, key, id, body, PolicyVersions.IfMatch(context.Request.Headers.IfMatch) ?? stored?.Version ?? 0);
    }

    /// <summary><c>DELETE /v1/webhooks/{id}</c>: with its secrets. Messages that wait are withheld.</summary>
    public async Task DeleteAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var id = DefinitionEndpoints.Id(context);
        await WriteAsync(context, services, key, id, null, PolicyVersions.IfMatch(context.Request.Headers.IfMatch));
    }

    private async Task WriteAsync(HttpContext context, ApiServices services, KeyEntry key, string id, byte[]? body, long? expected)
    {
        var write = new DefinitionWrite(
            key.Workspace, WebhookEndpoint.Kind, id, body, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), key.Who, QueryValues.Reason(context.Request), expected);
        // Its secrets go first: what is put under the same id again must not inherit them, and a deletion that was cut off can be repeated.
        if (body is null && (await WebhookReads.FindAsync(definitions, context, key)).Version is var latest && (expected ?? latest) == latest)
            await definitions.Feed.WriteAsync(write with { Kind = WebhookSecrets.Kind, ExpectedVersion = null }, CancellationToken.None);
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

    private async Task<int> CountAsync(string workspace, HttpContext context) =>
        (await definitions.Feed.Store.ListAsync(workspace, WebhookEndpoint.Kind, context.RequestAborted)).Count;

    /// <summary>What is to be stored: as it came, with stored values of headers where it has null for one.</summary>
    private static byte[] Complete(ReadOnlyMemory<byte> sent, byte[]? stored)
    {
        try
        {
            if (JsonNode.Parse(sent.Span, documentOptions: new() { AllowDuplicateProperties = false }) is not JsonObject put) return sent.ToArray();
            HeaderValues.Keep(put, stored);
            return JsonSerializer.SerializeToUtf8Bytes(put);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // The reader of definitions names what is wrong.
            return sent.ToArray();
        }
    }
}
