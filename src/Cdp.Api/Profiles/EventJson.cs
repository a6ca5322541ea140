using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.Api.Http;
using Cdp.Api.Ingest;
using Cdp.Core.Events;

namespace Cdp.Api.Profiles;

/// <summary>An event as timelines show it.</summary>
internal static class EventJson
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void WriteArray(IBufferWriter<byte> output, IReadOnlyList<CustomerEvent> events)
    {
        using var json = new Utf8JsonWriter(output, WriterOptions);
        WriteArray(json, events);
    }

    public static void WriteArray(Utf8JsonWriter json, IReadOnlyList<CustomerEvent> events)
    {
        json.WriteStartArray();
        foreach (var item in events)
        {
            json.WriteStartObject();
            WriteMembers(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteMembers(Utf8JsonWriter json, CustomerEvent item)
    {
        json.WriteString("messageId", item.MessageId);
        json.WriteString("type", EventTypeNames.Name(item.Type));
        json.WriteString("name", item.Name);
        json.WriteString("timestamp", IsoTime.Format(item.TimeMs));
        json.WriteString("receivedAt", IsoTime.Format(item.ReceivedAtMs));
        json.WriteStartArray("identifiers");
        foreach (var identifier in item.Identifiers)
        {
            json.WriteStartObject();
            json.WriteString("type", identifier.Type);
            json.WriteString("value", identifier.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (!item.Traits.IsEmpty) WriteRaw(json, "traits", item.Traits);
        WriteRaw(json, "properties", item.Properties);
        WriteRaw(json, "context", item.Context);
        json.WriteString("source", item.Source.Name);
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.IsEmpty ? "{}"u8 : value.Span, skipInputValidation: true);
    }
}
