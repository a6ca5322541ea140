using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Api.Audiences;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Definitions;
using Cdp.Core.Grid;
using Cdp.Core.Simulation;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Triggers;

/// <summary>
/// <c>POST /v1/triggers:dryrun {"trigger":{…},"ref":"user_id:jo"}</c>: what a trigger would have decided, had it stood alone from the beginning: of one profile, or without <c>ref</c> of all
/// or a sample of them. <c>trigger</c> is a definition, or the id of one that is stored. Nothing is sent, written or counted.
/// </summary>
internal sealed class TriggerDryRuns(AudienceDefinitions definitions, GridStore store)
{
    private const string Expected = "Send {\"trigger\":{…}} or {\"trigger\":\"id\"}, and perhaps \"ref\":\"type:value\".";
    private const string Unnamed = "0dryrun";

    private static readonly PreviewLimits Limits = new(5_000, TimeSpan.FromSeconds(2), 100);

    public async Task RunAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var (trigger, profile) = await ReadAsync(context, services, key);
        var (inForce, problems) = definitions.TryTriggerAlone(key.Workspace, trigger.Id, trigger.Source);
        if (inForce is null)
        {
            await Problem.WriteAsync(context, ProblemCode.InvalidDefinition, $"{problems.Count} problems.", errors: problems);
            return;
        }

        if (!services.Previews.TryEnter())
        {
            await Problem.WriteAsync(context, ProblemCode.Overloaded, "Too many dry runs and previews are under way.");
            return;
        }

        try
        {
            if (await PlayAsync(context, services, key.Workspace, inForce, profile) is { } sample) await AnswerAsync(context, sample);
            else throw new ProblemException(ProblemCode.ProfileNotFound);
        }
        finally
        {
            services.Previews.Leave();
        }
    }

    private async Task<DryRunSample?> PlayAsync(HttpContext context, ApiServices services, string workspace, AudiencesInForce inForce, ProfileRef? profile)
    {
        var run = new TriggerDryRun(store.Journal, workspace, services.Grid.Rules(workspace), inForce, services.Settings.Fences(workspace));
        if (profile is not { } one) return await DryRunSample.RunAsync(run, store.Index, workspace, Limits, services.Time, services.NewSampleKey(), context.RequestAborted);
        if (await services.Grid.GetAsync(workspace, one, context.RequestAborted) is not { } view) return null;
        var decisions = await run.RunAsync(view.Id, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), context.RequestAborted);
        return DryRunSample.Of(view.Id, decisions, Limits.Examples);
    }

    private async Task<((string Id, DefinitionSource Source) Trigger, ProfileRef? Profile)> ReadAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, DefinitionRules.MaxBodyBytes);
        try
        {
            using var document = JsonDocument.Parse(body.Memory);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("trigger"u8, out var trigger)) throw new ProblemException(ProblemCode.InvalidBody, Expected);
            ProfileRef? profile = null;
            if (root.TryGetProperty("ref"u8, out var named) && named.ValueKind != JsonValueKind.Null)
            {
                if (named.ValueKind != JsonValueKind.String || !ProfileRef.TryParse(services.Grid.Rules(key.Workspace), named.GetString()!, out var found, out var why))
                    throw new ProblemException(ProblemCode.InvalidRef, ProfileRef.Hint);
                profile = found;
            }

            return (await TriggerAsync(context, key, trigger), profile);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // ArgumentException: a member that is there twice. InvalidOperationException: half of a surrogate pair.
            throw new ProblemException(ProblemCode.InvalidJson);
        }
    }

    private async Task<(string Id, DefinitionSource Source)> TriggerAsync(HttpContext context, KeyEntry key, JsonElement trigger)
    {
        if (trigger.ValueKind == JsonValueKind.String)
        {
            var stored = await definitions.Feed.Store.ReadAsync(key.Workspace, AudienceDefinitions.TriggerKind, trigger.GetString()!, context.RequestAborted);
            return stored is { IsDeleted: false } ? (stored.Name, new(stored.Body, stored.Version)) : throw new ProblemException(ProblemCode.DefinitionNotFound);
        }

        if (trigger.ValueKind != JsonValueKind.Object) throw new ProblemException(ProblemCode.InvalidBody, Expected);
        var definition = JsonObject.Create(trigger)!;
        if (!definition.ContainsKey("id")) definition["id"] = Unnamed;
        var id = definition["id"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : Unnamed;
        return (id, new(JsonSerializer.SerializeToUtf8Bytes(definition), 0));
    }

    private static Task AnswerAsync(HttpContext context, DryRunSample sample) => PolicyReads.AnswerAsync(context, json =>
    {
        json.WriteNumber("customers", sample.Customers);
        json.WriteNumber("played", sample.Played);
        json.WriteNumber("skipped", sample.Skipped);
        json.WriteBoolean("exact", sample.IsExact);
        json.WriteStartObject("codes");
        foreach (var (code, count) in sample.Codes) json.WriteNumber(code, count);
        json.WriteEndObject();
        json.WriteStartArray("decisions");
        foreach (var (customer, decision) in sample.Decisions) DecisionReads.Write(json, decision, customer);
        json.WriteEndArray();
    });
}
