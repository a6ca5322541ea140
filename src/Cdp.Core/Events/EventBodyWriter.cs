using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Events;

/// <summary>Writes the body that <see cref="EventBody"/> describes. Buffer and writer are kept per thread, so that an event costs no more memory than its body.</summary>
internal static class EventBodyWriter
{
    // Relaxed escaping: the body never stands in HTML, and non-ASCII text is a third of the size.
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? threadBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? threadWriter;

    /// <summary>Writes the body and makes the event over it.</summary>
    /// <param name="head">The event but for its objects.</param>
    /// <param name="traits">Traits to keep in their own place; empty when there are none or the context has them.</param>
    /// <param name="properties">The properties object, or empty.</param>
    /// <param name="context">The context object, or empty.</param>
    /// <param name="groupId">The group's id of a group.</param>
    /// <param name="groupTraits">The group's traits of a group, or empty.</param>
    /// <returns>The event.</returns>
    public static CustomerEvent Write(
        EventHead head, ReadOnlySpan<byte> traits, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> context, string? groupId, ReadOnlySpan<byte> groupTraits)
    {
        var buffer = threadBuffer ??= new(4_096);
        var json = threadWriter ??= new(buffer, Options);
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        WriteHead(json, head);
        WriteLeftOut(json, head);
        if (!head.TraitRules.IsEmpty)
        {
            json.WritePropertyName("res"u8);
            head.TraitRules.Write(json);
        }

        var inTraits = WriteObject(json, "traits"u8, traits);
        var inProperties = WriteObject(json, "properties"u8, properties);
        var inContext = WriteObject(json, "context"u8, context);
        if (groupId is not null || !groupTraits.IsEmpty)
        {
            json.WriteStartObject("group"u8);
            WriteText(json, "id"u8, groupId);
            WriteObject(json, "traits"u8, groupTraits);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return head.Over(buffer.WrittenSpan.ToArray(), inTraits, inProperties, inContext);
    }

    private static void WriteHead(Utf8JsonWriter json, EventHead head)
    {
        json.WriteNumber("v"u8, head.TraitRules.IsEmpty ? EventBody.Version : EventBody.VersionWithTraitRules);
        json.WriteString("id"u8, head.MessageId);
        json.WriteString("t"u8, EventTypes.NameOf(head.Type));
        WriteText(json, "n"u8, head.Name);
        WriteText(json, "cat"u8, head.Category);
        json.WriteNumber("ts"u8, head.TimeMs);
        json.WriteNumber("rx"u8, head.ReceivedAtMs);
        json.WriteStartArray("ids"u8);
        foreach (var (type, value) in head.Identifiers)
        {
            json.WriteStartArray();
            json.WriteStringValue(type);
            json.WriteStringValue(value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        WriteText(json, "prev"u8, head.PreviousId);
        if (head.NamesUser)
            json.WriteBoolean("usr"u8, true);
        json.WriteString("src"u8, head.Source.Name);
        if (head.Source.Priority != 0)
            json.WriteNumber("pri"u8, head.Source.Priority);
        if (head.Source.Trusted)
            json.WriteBoolean("tr"u8, true);
        if (head.Source.SharedDevice)
            json.WriteBoolean("sh"u8, true);
    }

    private static void WriteLeftOut(Utf8JsonWriter json, EventHead head)
    {
        if (head.LeftOut.Count == 0)
            return;
        json.WriteStartArray("left"u8);
        foreach (var reason in head.LeftOut)
        {
            json.WriteStartArray();
            json.WriteStringValue(reason.Code);
            json.WriteStringValue(reason.Identifier);
            if (reason.Detail is not null)
                json.WriteStringValue(reason.Detail);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    /// <summary>Copies an object byte for byte and says where it stands in the body.</summary>
    private static JsonSlice WriteObject(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return default;
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
        var end = (int)(json.BytesCommitted + json.BytesPending);
        return new(end - value.Length, value.Length, JsonTokenType.StartObject);
    }
}
