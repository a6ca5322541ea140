using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.Core.Activation.Definitions;

namespace Cdp.Core.Activation.Templates;

/// <summary>Writes messages: an envelope that is always the same around the trigger's payload.</summary>
internal static class Payload
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What is sent by triggers that have no payload of their own: who and what, and no trait.</summary>
    /// <param name="kind">The kind of occasion.</param>
    /// <returns>The template's JSON.</returns>
    public static string DefaultOf(OccasionKind kind) => kind switch
    {
        OccasionKind.Event => """{"profile":{"id":"{{profile.id}}"},"event":{"name":"{{event.name}}","messageId":"{{event.messageId}}","timestamp":"{{event.timestamp}}"}}""",
        OccasionKind.Audience => """{"profile":{"id":"{{profile.id}}"},"audience":{"id":"{{audience.id}}","change":"{{audience.change}}","at":"{{audience.at}}"}}""",
        OccasionKind.Fence => """{"profile":{"id":"{{profile.id}}"},"fence":{"id":"{{fence.id}}","move":"{{fence.move}}","at":"{{fence.at}}"}}""",
        _ => """{"profile":{"id":"{{profile.id}}"},"computed":{"id":"{{computed.id}}","value":"{{computed.value}}"}}""",
    };

    /// <summary>Writes a message.</summary>
    /// <param name="context">What it is filled in from.</param>
    /// <returns>UTF-8 JSON; null when the payload is too large.</returns>
    public static byte[]? Write(PayloadContext context)
    {
        var trigger = context.Trigger;
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("id", context.DecisionId);
        json.WriteString("trigger", trigger.Id);
        json.WriteNumber("version", trigger.Version);
        json.WriteString("at", PayloadTime.Of(context.NowMs));
        json.WriteString("channel", trigger.Channel);
        json.WriteString("purpose", trigger.Consent?.Purpose);
        json.WriteString("message", trigger.Message);
        json.WritePropertyName("payload");
        var before = json.BytesCommitted + json.BytesPending;
        trigger.Payload.Write(json, context);
        if (json.BytesCommitted + json.BytesPending - before > ActivationLimits.MaxPayloadBytes) return null;
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
