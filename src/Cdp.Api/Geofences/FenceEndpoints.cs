using System.Buffers;
using System.Text.Json;
using Cdp.Api.Audiences;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Definitions;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Definitions;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Geofences;

/// <summary>Fences: put, read, deleted, imported in bulk and tested, and positions of devices against them.</summary>
internal sealed class FenceEndpoints(FenceDefinitions definitions)
{
    private const int MaxPage = 1_000;

    public static void MapGeofences(IEndpointRouteBuilder endpoints, ApiServices services, FenceDefinitions definitions, GridStore store)
    {
        var fences = new FenceEndpoints(definitions);
        endpoints.MapGet("/v1/geofences", Guarded(KeyScopes.Read, fences.ListAsync));
        endpoints.MapGet("/v1/geofences/{id}", Guarded(KeyScopes.Read, fences.GetAsync));
        endpoints.MapPut("/v1/geofences/{id}", Guarded(KeyScopes.Admin, fences.PutAsync));
        endpoints.MapDelete("/v1/geofences/{id}", Guarded(KeyScopes.Admin, fences.DeleteAsync));
        endpoints.MapPost("/v1/geofences:import", Guarded(KeyScopes.Admin, new FenceImport(definitions).ImportAsync));
        endpoints.MapPost("/v1/geofences:test", Guarded(KeyScopes.Read, TestAsync));
        endpoints.MapGet("/v1/geofences/{id}/stream", Guarded(KeyScopes.Read, new FeedStream(store, "transition", (context, key) =>
        {
            var id = DefinitionEndpoints.Id(context);
            return services.Settings.Fences(key.Workspace).Index.Find(id) is null ? throw new ProblemException(ProblemCode.DefinitionNotFound) : Task.FromResult(FenceFeed.Topic(id));
        }).StreamAsync));
        endpoints.MapGet("/v1/position-settings", Guarded(KeyScopes.Read, fences.GetSettingsAsync));
        endpoints.MapPut("/v1/position-settings", Guarded(KeyScopes.Admin, fences.PutSettingsAsync));
        endpoints.MapPost("/v1/positions", Guarded(KeyScopes.Ingest, Positions.TakeAsync));
        endpoints.MapGet("/v1/decide", Guarded(KeyScopes.Read, Decide.ReadAsync));

        RequestDelegate Guarded(KeyScopes scope, GuardedHandler handler) => new Guard(services, scope, handler).InvokeAsync;
    }

    private static Task ListAsync(HttpContext context, ApiServices services, KeyEntry key, IEnumerable<Fence> fences, int limit)
    {
        var page = fences.Take(limit + 1).ToList();
        return PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteString("type", "FeatureCollection");
            json.WriteStartArray("features");
            foreach (var fence in page.Take(limit)) FenceWriter.Write(json, fence);
            json.WriteEndArray();
            json.WriteNumber("count", services.Settings.Fences(key.Workspace).Index.Count);
            json.WriteString("after", page.Count > limit ? page[limit - 1].Id : null);
        });
    }

    private Task ListAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var limit = QueryValues.Number(context.Request, "limit", MaxPage, 1, MaxPage);
        var after = QueryValues.Text(context.Request, "after");
        var fences = services.Settings.Fences(key.Workspace).Index.Fences.Where(f => after is null || string.CompareOrdinal(f.Id, after) > 0).OrderBy(f => f.Id, StringComparer.Ordinal);
        return ListAsync(context, services, key, fences, limit);
    }

    private async Task GetAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var fence = services.Settings.Fences(key.Workspace).Index.Find(DefinitionEndpoints.Id(context)) ?? throw new ProblemException(ProblemCode.DefinitionNotFound);
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer)) FenceWriter.Write(json, fence);
        context.Response.Headers.ETag = PolicyVersions.ETag(fence.Version);
        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private async Task PutAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var id = DefinitionEndpoints.Id(context);
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, FenceLimits.MaxBytes);
        var (fence, problems) = FenceDefinitions.Read(body.Memory, services.Time.GetUtcNow().ToUnixTimeMilliseconds());
        if (fence is null)
        {
            await Problem.WriteAsync(context, ProblemCode.InvalidDefinition, $"{problems.Count} problems; what is in force stays.", errors: problems);
            return;
        }

        if (fence.Id != id) throw new ProblemException(ProblemCode.InvalidBody, "Send the fence with the id of the path.");
        var index = services.Settings.Fences(key.Workspace).Index;
        if (index.Count >= FenceLimits.MaxFences && index.Find(id) is null) throw new ProblemException(ProblemCode.InvalidBody, $"There are {FenceLimits.MaxFences} fences already.");
        await WriteAsync(context, services, key, FenceDefinitions.FenceKind, id, body.Memory.ToArray());
    }

    private Task DeleteAsync(HttpContext context, ApiServices services, KeyEntry key) =>
        WriteAsync(context, services, key, FenceDefinitions.FenceKind, DefinitionEndpoints.Id(context), null);

    private async Task GetSettingsAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var options = services.Settings.Fences(key.Workspace).Options;
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteNumber("decimalPlaces", options.DecimalPlaces);
            json.WriteNumber("keptFixes", options.KeptFixes);
            json.WriteString("retention", $"{(long)options.Retention.TotalMinutes}m");
        });
    }

    private async Task PutSettingsAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, DefinitionRules.MaxBodyBytes);
        var (options, problems) = PositionSettings.Read(body.Memory);
        if (options is null) await Problem.WriteAsync(context, ProblemCode.InvalidDefinition, $"{problems.Count} problems; what is in force stays.", errors: problems);
        else await WriteAsync(context, services, key, FenceDefinitions.SettingsKind, FenceDefinitions.SettingsName, body.Memory.ToArray());
    }

    private async Task WriteAsync(HttpContext context, ApiServices services, KeyEntry key, string kind, string name, byte[]? body)
    {
        var write = new DefinitionWrite(
            key.Workspace, kind, name, body, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), key.Who, QueryValues.Reason(context.Request),
            PolicyVersions.IfMatch(context.Request.Headers.IfMatch));
        var outcome = await definitions.Feed.WriteAsync(write, CancellationToken.None);
        if (outcome.Status == DefinitionStatus.NotFound) throw new ProblemException(ProblemCode.DefinitionNotFound);
        var version = outcome.Latest?.Version ?? 0;
        if (outcome.Status == DefinitionStatus.Conflict) throw new ProblemException(ProblemCode.VersionConflict, $"The latest version is {version}.");
        context.Response.Headers.ETag = PolicyVersions.ETag(version);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteString("id", name);
            json.WriteNumber("version", version);
        });
    }

    /// <summary><c>POST /v1/geofences:test {"lat":…,"lon":…,"withinMeters"?:…}</c>: the fences that a position lies in, or is so near to.</summary>
    private static async Task TestAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        const int MaxBody = 4_096;
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, MaxBody);
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        if (FixReader.Read(body.Memory.Span, nowMs, out var fix) is { } code) throw new ProblemException(ProblemCode.InvalidBody, $"{code}: send {{\"lat\":…,\"lon\":…}}.");
        var within = Within(body.Memory);
        List<Fence> found = [];
        var index = services.Settings.Fences(key.Workspace).Index;
        if (within > 0) index.FindWithin(fix!.Position, within, found);
        else index.FindContaining(fix!.Position, found);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteStartArray("fences");
            foreach (var fence in found.OrderBy(f => f.Id, StringComparer.Ordinal)) Write(json, fence, fix.Position);
            json.WriteEndArray();
        });
    }

    public static void Write(Utf8JsonWriter json, Fence fence, Position position)
    {
        json.WriteStartObject();
        json.WriteString("id", fence.Id);
        json.WriteString("name", fence.Name);
        json.WriteStartArray("tags");
        foreach (var tag in fence.Tags) json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WriteBoolean("inside", fence.Contains(position));
        json.WriteNumber("meters", Math.Round(fence.MetersTo(position), 1));
        json.WriteEndObject();
    }

    private static double Within(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        if (!document.RootElement.TryGetProperty("withinMeters", out var within)) return 0;
        return within.ValueKind == JsonValueKind.Number && within.TryGetDouble(out var meters) && meters is >= 0 and <= FenceLimits.MaxRadiusMeters
            ? meters
            : throw new ProblemException(ProblemCode.InvalidBody, $"withinMeters is a number from 0 to {FenceLimits.MaxRadiusMeters}.");
    }
}
