using System.Text.Json;
using Cdp.Api.Audiences;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Definitions;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Webhooks;

/// <summary>Endpoints as they are defined. Neither secrets nor values of headers are ever among it.</summary>
internal sealed class WebhookReads(WebhookDefinitions definitions, IOutbox outbox)
{
    /// <summary><c>GET /v1/webhooks</c>.</summary>
    public async Task ListAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var all = await definitions.Feed.Store.ListAsync(key.Workspace, WebhookEndpoint.Kind, context.RequestAborted);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteStartArray("webhooks");
            foreach (var definition in all)
            {
                json.WriteStartObject();
                Write(json, definition);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary><c>GET /v1/webhooks/{id}</c>: the definition, and what waits in its queue.</summary>
    public async Task GetAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var definition = await FindAsync(definitions, context, key);
        var queue = await outbox.QueueAsync(key.Workspace, WebhookEndpoint.QueueOf(definition.Name), context.RequestAborted);
        context.Response.Headers.ETag = PolicyVersions.ETag(definition.Version);
        await PolicyReads.AnswerAsync(context, json =>
        {
            Write(json, definition);
            json.WriteStartObject("queue");
            json.WriteNumber("pending", queue.Pending);
            json.WriteNumber("dead", queue.Dead);
            json.WriteString("oldestDue", queue.OldestDueMs is { } oldest ? IsoTime.Format(oldest) : null);
            json.WriteEndObject();
        });
    }

    /// <summary>The latest version of the endpoint that the path names.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public static async Task<Definition> FindAsync(WebhookDefinitions definitions, HttpContext context, KeyEntry key) =>
        await definitions.Feed.Store.ReadAsync(key.Workspace, WebhookEndpoint.Kind, DefinitionEndpoints.Id(context), context.RequestAborted) is { IsDeleted: false } found
            ? found
            : throw new ProblemException(ProblemCode.DefinitionNotFound);

    private void Write(Utf8JsonWriter json, Definition definition)
    {
        json.WriteString("id", definition.Name);
        json.WriteNumber("version", definition.Version);
        json.WriteString("at", IsoTime.Format(definition.AtMs));
        json.WriteString("by", definition.By);
        json.WriteString("reason", definition.Reason);
        json.WriteString("secretCreatedAt", definitions.Find(definition.Workspace, definition.Name)?.Secrets is { } secrets ? IsoTime.Format(secrets.CreatedAtMs) : null);
        json.WritePropertyName("definition");
        HeaderValues.Hide(definition.Body!).WriteTo(json);
    }
}
