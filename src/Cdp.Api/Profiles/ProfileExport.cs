using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Profiles;

/// <summary><c>GET /v1/profiles/{ref}/export</c>: all that is kept of a person, one JSON object a line, read page by page.</summary>
internal static class ProfileExport
{
    private const int FlushEvery = 500;

    public static async Task ExportAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var abort = context.RequestAborted;
        var view = await services.Grid.GetAsync(key.Workspace, ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace)), abort);
        var profile = view is null ? default : new ProfileRef(view.Id, null);
        var history = view is null ? null : await services.Grid.HistoryAsync(key.Workspace, profile, abort);
        if (view is null || history is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store";
        var output = context.Response.BodyWriter;
        output.Write("{\"kind\":\"profile\","u8);
        output.Write(view.Json.AsSpan(view.Json.AsSpan().IndexOf((byte)'{') + 1));
        output.Write("\n"u8);
        WriteLine(output, "identities", json => IdentityReads.WriteMembers(json, view, history));
        var written = 0;
        await foreach (var item in services.Grid.AllAsync(key.Workspace, profile, abort))
        {
            WriteLine(output, "event", json => EventJson.WriteMembers(json, item));
            if (++written % FlushEvery == 0) await output.FlushAsync(abort);
        }
    }

    private static void WriteLine(IBufferWriter<byte> output, string kind, Action<Utf8JsonWriter> members)
    {
        using (var json = new Utf8JsonWriter(output, EventJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            members(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
