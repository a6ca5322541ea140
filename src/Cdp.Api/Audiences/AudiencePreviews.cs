using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Definitions;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary>
/// <c>POST /v1/audiences:preview {"rule":{…}}</c>: how many customers an audience would have, by a uniform sample, and some of them. Takes a whole definition as
/// well; stores nothing.
/// </summary>
internal sealed class AudiencePreviews(AudienceDefinitions definitions, GridStore store)
{
    // Of a definition without an id; an audience that really has it is left out of the preview.
    private const string Unnamed = "0preview";

    public async Task PreviewAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, DefinitionRules.MaxBodyBytes);
        var (id, definition) = Read(body.Memory);
        var (plan, problems) = definitions.TryAlone(key.Workspace, id, definition);
        if (plan is null)
        {
            await Problem.WriteAsync(context, ProblemCode.InvalidDefinition, $"{problems.Count} problems.", errors: problems);
            return;
        }

        if (!services.Previews.TryEnter())
        {
            await Problem.WriteAsync(context, ProblemCode.Overloaded, "Too many previews are under way.");
            return;
        }

        try
        {
            var preview = await AudiencePreview.RunAsync(
                store.Journal, store.Index, key.Workspace, plan, plan.IndexOf(id), PreviewLimits.Default, services.Time, services.NewSampleKey(), context.RequestAborted);
            await AnswerAsync(context, services, key.Workspace, preview);
        }
        finally
        {
            services.Previews.Leave();
        }
    }

    private async Task AnswerAsync(HttpContext context, ApiServices services, string workspace, PreviewedAudience preview)
    {
        var (estimate, (low, high)) = (preview.Estimate, preview.Estimate.Bounds);
        var customers = new StoredCustomers(store.Journal, workspace);
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("size", estimate.Size);
            json.WriteNumber("low", low);
            json.WriteNumber("high", high);
            json.WriteNumber("confidence", estimate.IsExact ? 1 : 0.95);
            json.WriteBoolean("exact", estimate.IsExact);
            json.WriteNumber("customers", estimate.Customers);
            json.WriteNumber("sampled", estimate.Sampled);
            json.WriteNumber("matched", estimate.Matched);
            json.WriteStartArray("profiles");
            foreach (var id in preview.Examples)
            {
                var view = await customers.ProfileAsync(id, services.Grid.Rules(workspace), services.Settings.Audiences(workspace), nowMs, context.RequestAborted);
                if (view is not null) json.WriteRawValue(view.Json, skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static (string Id, byte[] Definition) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (JsonNode.Parse(body.Span) is not JsonObject definition) throw new ProblemException(ProblemCode.InvalidBody, "Send an audience's definition, or {\"rule\":{…}}.");
            if (!definition.ContainsKey("id")) definition["id"] = Unnamed;
            var id = definition["id"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : Unnamed;
            return (id, JsonSerializer.SerializeToUtf8Bytes(definition));
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // ArgumentException: a member that is there twice. InvalidOperationException: half of a surrogate pair.
            throw new ProblemException(ProblemCode.InvalidJson);
        }
    }
}
