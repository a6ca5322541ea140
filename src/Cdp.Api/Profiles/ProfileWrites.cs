using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Events;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Profiles;

/// <summary>Writing traits and erasing.</summary>
internal static class ProfileWrites
{
    /// <summary><c>PATCH /v1/profiles/{ref}/traits</c>.</summary>
    public static async Task PatchTraitsAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var rules = services.Grid.Rules(key.Workspace);
        var profile = ProfileRefs.FromPath(context, rules);
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, EventLimits.MaxEventBytes);
        var traits = TraitsBody.Read(body.Memory, rules, key.Source, services.Time);
        var view = await services.Grid.PatchTraitsAsync(key.Workspace, profile, traits, key.Source, CancellationToken.None);
        if (view is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        context.Response.Headers.ETag = $"\"{view.ETag}\"";
        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, view.Json);
    }

    /// <summary><c>DELETE /v1/profiles/{ref}</c>.</summary>
    public static async Task EraseAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var profile = ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace));
        var dryRun = QueryValues.Flag(context.Request, "dryRun");
        var suppress = QueryValues.Flag(context.Request, "suppress");
        var counts = await services.Grid.EraseAsync(key.Workspace, profile, dryRun, suppress, CancellationToken.None);
        if (counts is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("profileIds", counts.ProfileIds);
            json.WriteNumber("identifiers", counts.Identifiers);
            json.WriteNumber("events", counts.Events);
            json.WriteEndObject();
        }

        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }
}
