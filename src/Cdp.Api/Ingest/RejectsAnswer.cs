using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Ingest;

/// <summary><c>GET /v1/rejects</c>.</summary>
internal static class RejectsAnswer
{
    public static Task WriteAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var limit = QueryValues.Number(context.Request, "limit", 50, 1, RejectLog.Capacity);
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("rejects");
            foreach (var reject in services.Ingest.Rejects.Newest(key.Workspace, limit)) Write(json, reject);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        return Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, KeptReject reject)
    {
        json.WriteStartObject();
        json.WriteString("at", IsoTime.Format(reject.At.ToUnixTimeMilliseconds()));
        json.WriteString("source", reject.Source);
        json.WriteNumber("index", reject.Index);
        json.WriteString("messageId", reject.MessageId);
        json.WriteString("type", reject.Type is { } type ? EventTypeNames.Name(type) : null);
        json.WriteString("code", reject.Code);
        json.WriteString("detail", reject.Detail);
        json.WriteEndObject();
    }
}
