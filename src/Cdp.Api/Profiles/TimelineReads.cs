using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Profiles;

/// <summary><c>GET /v1/profiles/{ref}/events</c>.</summary>
internal static class TimelineReads
{
    public static async Task EventsAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var profile = ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace));
        var limit = QueryValues.Number(context.Request, "limit", 50, 1, 1_000);
        var since = QueryValues.Time(context.Request, "since");
        var before = Cursor.Read(QueryValues.Text(context.Request, "cursor"));
        var page = await services.Grid.TimelineAsync(key.Workspace, profile, limit, before, since, context.RequestAborted);
        if (page is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WritePropertyName("events");
            EventJson.WriteArray(json, page.Events);
            json.WriteString("cursor", page.Next is { } next ? Cursor.Write(next) : null);
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }
}
