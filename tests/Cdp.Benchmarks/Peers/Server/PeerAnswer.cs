using System.Buffers;
using System.Text.Json;
using Cdp.Benchmarks.Peers.Resp;

namespace Cdp.Benchmarks.Peers.Server;

/// <summary>Makes a profile's JSON from the hash in Redis.</summary>
internal static class PeerAnswer
{
    [ThreadStatic] private static ArrayBufferWriter<byte>? _bytes;
    [ThreadStatic] private static Utf8JsonWriter? _json;

    /// <summary>The JSON, valid until this thread makes another.</summary>
    public static ReadOnlySpan<byte> Make(RespReply hash)
    {
        var bytes = _bytes ??= new(4096);
        var json = _json ??= new(bytes, new JsonWriterOptions { SkipValidation = true });
        bytes.ResetWrittenCount();
        json.Reset();
        Write(json, hash);
        return bytes.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter json, RespReply hash)
    {
        ReadOnlySpan<byte> eventCount = default, events = default;
        json.WriteStartObject();
        var fields = hash.Read();
        for (var i = fields.ReadArray() / 2; i > 0; i--)
        {
            var name = fields.ReadBulk();
            var value = fields.ReadBulk();
            if (name.StartsWith("t:"u8)) continue;
            if (name.SequenceEqual("eventCount"u8)) eventCount = value;
            else if (name.SequenceEqual("events"u8)) events = value;
            else Member(json, name, value);
        }

        json.WriteStartObject("traits"u8);
        fields = hash.Read();
        for (var i = fields.ReadArray() / 2; i > 0; i--)
        {
            var name = fields.ReadBulk();
            var value = fields.ReadBulk();
            if (name.StartsWith("t:"u8)) Member(json, name[2..], value);
        }

        json.WriteEndObject();
        json.WriteStartObject("computed"u8);
        Member(json, "eventCount"u8, eventCount);
        Member(json, "events"u8, events);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }

    private static void Member(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> rawJson)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(rawJson, skipInputValidation: true);
    }
}
