using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Profiles;

/// <summary>
/// The bodies of the journal's records other than events: our own JSON, format version 1 (2 where rules judge traits), independent of any wire codec. Golden files pin it;
/// a change of meaning gets a new version number, and old ones stay readable.
/// </summary>
public static class RecordCodec
{
    internal const int Version = 1;

    /// <summary>With what rules judged of traits: a release that does not know them must refuse it and not fold it wrongly.</summary>
    internal const int VersionWithTraitRules = 2;

    private const int SeenEntryBytes = 24;
    private const int MaxKeptBuffer = 1 << 20;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a record's body.</summary>
    /// <param name="record">The record.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(DecidedRecord record) => Build(record.MessageId, json =>
    {
        json.WriteStartArray("d");
        foreach (var decision in record.Decisions) WriteDecision(json, decision);
        json.WriteEndArray();
    });

    /// <summary>Writes a record's body.</summary>
    /// <param name="record">The record.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(MergedIntoRecord record) => Build(record.MessageId, json =>
    {
        json.WriteString("s", record.Survivor.Value);
        json.WriteString("c", record.Code);
    });

    /// <summary>Writes a record's body.</summary>
    /// <param name="record">The record.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(AbsorbedRecord record) => Build(record.MessageId, json =>
    {
        json.WriteString("l", record.Loser.Value);
        json.WriteNumber("lv", record.LoserVersion);
        json.WriteString("c", record.Code);
        if (record.Note is { } note) WriteNote(json, note);
        if (record.YieldsUntilMs is { } untilMs) json.WriteNumber("y", untilMs);
    });

    /// <summary>Writes a record's body.</summary>
    /// <param name="record">The record.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(PatchedRecord record) => Build(record.Origin.MessageId, json =>
    {
        json.WriteNumber("t", record.Origin.OrderMs);
        if (record.Origin.Priority != 0) json.WriteNumber("pri", record.Origin.Priority);
        json.WriteString("src", record.Origin.Source);
        if (!record.Rules.IsEmpty)
        {
            json.WritePropertyName("res");
            record.Rules.Write(json);
        }

        json.WritePropertyName("traits");
        json.WriteRawValue(record.Traits.Span, skipInputValidation: true);
    }, record.Rules.IsEmpty ? Version : VersionWithTraitRules);

    /// <summary>Reads the body of a <see cref="Journal.RecordKind.Decided"/>.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static DecidedRecord ReadDecided(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        return new(Text(root, "m"), [.. root.GetProperty("d"u8).EnumerateArray().Select(ReadDecision)]);
    }

    /// <summary>Reads the body of a <see cref="Journal.RecordKind.MergedInto"/>.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static MergedIntoRecord ReadMergedInto(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        return new(new(root.GetProperty("s"u8).GetGuid()), Text(root, "c")!, Text(root, "m"));
    }

    /// <summary>Reads the body of a <see cref="Journal.RecordKind.Absorbed"/>.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static AbsorbedRecord ReadAbsorbed(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        return new(new(root.GetProperty("l"u8).GetGuid()), root.GetProperty("lv"u8).GetInt64(), Text(root, "c")!, Text(root, "m"), ReadNote(root))
        {
            YieldsUntilMs = root.TryGetProperty("y"u8, out var untilMs) ? untilMs.GetInt64() : null,
        };
    }

    /// <summary>Reads the body of a <see cref="Journal.RecordKind.Patched"/>.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static PatchedRecord ReadPatched(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body, VersionWithTraitRules);
        var root = document.RootElement;
        var priority = root.TryGetProperty("pri"u8, out var p) ? p.GetInt32() : 0;
        var origin = new Origin(root.GetProperty("t"u8).GetInt64(), priority, Text(root, "m")!, Text(root, "src")!);
        return new(origin, JsonMarshal.GetRawUtf8Value(root.GetProperty("traits"u8)).ToArray())
        {
            Rules = root.TryGetProperty("res"u8, out var rules) ? WrittenRules.Read(rules) : WrittenRules.None,
        };
    }

    internal static void WriteSeen(Utf8JsonWriter json, string name, IReadOnlyCollection<MessageWindow.Entry> entries)
    {
        var bytes = new byte[entries.Count * SeenEntryBytes];
        var at = bytes.AsSpan();
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt128BigEndian(at, entry.Hash);
            BinaryPrimitives.WriteInt64BigEndian(at[16..], entry.ReceivedAtMs);
            at = at[SeenEntryBytes..];
        }

        json.WriteBase64String(name, bytes);
    }

    internal static IEnumerable<MessageWindow.Entry> ReadSeen(byte[] bytes, Func<int, Identifier> anchorOf)
    {
        for (var i = 0; i * SeenEntryBytes < bytes.Length; i++)
        {
            var at = bytes.AsSpan(i * SeenEntryBytes, SeenEntryBytes);
            yield return new(BinaryPrimitives.ReadUInt128BigEndian(at), BinaryPrimitives.ReadInt64BigEndian(at[16..]), anchorOf(i));
        }
    }

    internal static void WriteNote(Utf8JsonWriter json, PersonNote note)
    {
        json.WriteString("by", note.By);
        if (note.Reason is { } reason) json.WriteString("why", reason);
    }

    internal static PersonNote? ReadNote(JsonElement json) => Text(json, "by") is { } by ? new(by, Text(json, "why")) : null;

    internal static void WriteIdentifier(Utf8JsonWriter json, Identifier identifier)
    {
        json.WriteStartArray();
        json.WriteStringValue(identifier.Type);
        json.WriteStringValue(identifier.Value);
        json.WriteEndArray();
    }

    internal static Identifier ReadIdentifier(JsonElement pair) => new(StringPool.Shared.Intern(pair[0].GetString()!), pair[1].GetString()!);

    /// <summary>Builds a body.</summary>
    /// <param name="members">Writes the members behind the version; may build others meanwhile.</param>
    /// <param name="version">The format version.</param>
    /// <returns>UTF-8 JSON, the caller's own.</returns>
    internal static byte[] Build(Action<Utf8JsonWriter> members, int version = Version)
    {
        // Grown once per thread: a large snapshot would else leave all the smaller buffers behind that it grew out of.
        var buffer = s_buffer ?? new ArrayBufferWriter<byte>(512);
        s_buffer = null;
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("v", version);
            members(json);
            json.WriteEndObject();
        }

        var bytes = buffer.WrittenSpan.ToArray();
        buffer.ResetWrittenCount();
        if (buffer.Capacity <= MaxKeptBuffer) s_buffer = buffer;
        return bytes;
    }

    internal static JsonDocument Parse(ReadOnlyMemory<byte> body, int latest = Version)
    {
        var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 128 });
        if (document.RootElement.GetProperty("v"u8).GetInt32() is >= Version and var version && version <= latest) return document;
        document.Dispose();
        throw new FormatException("The record is of a format version that this release does not know.");
    }

    private static byte[] Build(string? messageId, Action<Utf8JsonWriter> members, int version = Version) => Build(
        json =>
        {
            if (messageId is not null) json.WriteString("m", messageId);
            members(json);
        },
        version);

    private static void WriteDecision(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartObject();
        json.WriteNumber("k", (int)decision.Kind);
        json.WritePropertyName("i");
        WriteIdentifier(json, decision.Identifier);
        json.WriteString("c", decision.Code);
        if (decision.Other is { } other) json.WriteString("o", other.Value);
        if (decision.Link is { } link)
        {
            json.WriteString("p", link.Part.Value);
            json.WriteNumber("la", link.LinkedAtMs);
            json.WriteString("src", link.Source);
            if (link.NotBeforeMs is { } notBefore) json.WriteNumber("nb", notBefore);
            if (link.Seen is { Count: > 0 } seen) WriteSeen(json, "seen", seen);
        }

        json.WriteEndObject();
    }

    private static Decision ReadDecision(JsonElement json)
    {
        var identifier = ReadIdentifier(json.GetProperty("i"u8));
        LinkFact? link = null;
        if (json.TryGetProperty("p"u8, out var part))
        {
            link = new(
                new(part.GetGuid()),
                json.GetProperty("la"u8).GetInt64(),
                StringPool.Shared.Intern(Text(json, "src")!),
                json.TryGetProperty("nb"u8, out var notBefore) ? notBefore.GetInt64() : null,
                json.TryGetProperty("seen"u8, out var seen) ? [.. ReadSeen(seen.GetBytesFromBase64(), _ => identifier)] : null);
        }

        return new(
            (DecisionKind)json.GetProperty("k"u8).GetInt32(),
            identifier,
            Text(json, "c")!,
            json.TryGetProperty("o"u8, out var other) ? new CustomerId(other.GetGuid()) : null,
            link);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
