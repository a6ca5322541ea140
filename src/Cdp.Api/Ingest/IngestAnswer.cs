using System.Buffers;
using System.Text.Json;
using Cdp.Api.Http;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Ingest;

/// <summary>The answer to an ingest request. SDKs look at the status only.</summary>
internal static class IngestAnswer
{
    public static readonly ReadOnlyMemory<byte> Success = "{\"success\":true}"u8.ToArray();

    public static Task WriteAsync(HttpContext context, IngestBatch batch, bool withOutcomes)
    {
        if (batch.RejectCount == 0 && !withOutcomes) return Answers.WriteJsonAsync(context, Success);
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("success", true);
            if (batch.RejectCount > 0) WriteRejects(json, batch);
            if (withOutcomes) WriteOutcomes(json, batch);
            json.WriteEndObject();
        }

        return Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static void WriteRejects(Utf8JsonWriter json, IngestBatch batch)
    {
        json.WriteStartArray("rejected");
        foreach (var reject in batch.Rejects)
        {
            json.WriteStartObject();
            json.WriteNumber("index", reject.Index);
            json.WriteString("messageId", reject.MessageId);
            json.WriteString("code", reject.Reason.Code);
            json.WriteString("detail", reject.Reason.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (batch.RejectCount > batch.Rejects.Count) json.WriteNumber("rejectedCount", batch.RejectCount);
    }

    /// <summary>Writes the member <c>outcomes</c>.</summary>
    public static void WriteOutcomes(Utf8JsonWriter json, IngestBatch batch)
    {
        json.WriteStartArray("outcomes");
        foreach (var outcome in batch.Outcomes)
        {
            json.WriteStartObject();
            json.WriteString("messageId", outcome!.MessageId);
            json.WriteString("outcome", Name(outcome.Status));
            if (outcome.Profile is { } profile) json.WriteString("profileId", profile.Value);
            else json.WriteNull("profileId");
            json.WriteStartArray("reasons");
            foreach (var reason in outcome.Reasons) Write(json, reason);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Reason reason)
    {
        json.WriteStartObject();
        json.WriteString("code", reason.Code);
        json.WriteString("identifier", reason.Identifier);
        json.WriteString("detail", reason.Detail);
        json.WriteEndObject();
    }

    private static string Name(EventStatus status) => status switch
    {
        EventStatus.Applied => "applied",
        EventStatus.Duplicate => "duplicate",
        _ => "rejected",
    };
}
