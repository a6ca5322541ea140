using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Cli.Import.Mapping;

namespace Cdp.Cli.Import.Rows;

/// <summary>
/// Gives an event its time and its message id. The id is a hash of (source name, row number, the event as mapped), so that the same file imported
/// again with the same map has the same ids; rows that a file grows by, and rows that were edited, have new ones. The default time is no part of it:
/// copying the file changes no id. The row number stands in front in clear, so that of two rows with one time the later has the higher id.
/// </summary>
internal sealed class RowFactory(string sourceName, DateTimeOffset defaultTime)
{
    /// <summary>A row above this is refused here: it would not fit a request. The server's own limit per event is lower and its to judge.</summary>
    public const int MaxRowBytes = 1024 * 1024;

    private static readonly JsonWriterOptions s_writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes($"cdp-import/1\n{sourceName}\n");
    private readonly string _defaultTime = RowTime.Format(defaultTime);

    public ImportRow Create(JsonObject item, long number)
    {
        try
        {
            var givenId = Take(item, "messageId");
            var hasTime = IsThere(item["timestamp"]) || IsThere(item["originalTimestamp"]);
            if (!hasTime) item.Remove("timestamp");
            var keys = IdentifierKeys.Of(item);
            var body = Write(item);
            var id = givenId ?? IdOf(number, body);
            if (body.Length > MaxRowBytes) return ImportRow.Rejected(number, RowCodes.TooLarge, id);
            return new ImportRow { Number = number, MessageId = id, Keys = keys, Json = Complete(body, id, hasTime) };
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair in a string: it cannot be written as UTF-8.
            return ImportRow.Rejected(number, RowCodes.InvalidText);
        }
    }

    private static bool IsThere(JsonNode? value) => value is JsonValue v && (!v.TryGetValue<string>(out var text) || text.Length > 0);

    private static string? Take(JsonObject item, string name)
    {
        var text = item[name] is JsonValue v && v.TryGetValue<string>(out var given) && given.Length > 0 ? given : null;
        // Anything but text stays: the server says what is wrong with it.
        if (text is not null || item[name] is null) item.Remove(name);
        return text;
    }

    private ReadOnlySpan<byte> Write(JsonObject item)
    {
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer, s_writer)) item.WriteTo(writer);
        return _buffer.WrittenSpan;
    }

    private string IdOf(long number, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> row = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(row, number);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(_prefix);
        sha.AppendData(row);
        sha.AppendData(body);
        sha.GetHashAndReset(hash);
        return $"imp-{number:D10}-{Convert.ToHexStringLower(hash[..16])}";
    }

    private byte[] Complete(ReadOnlySpan<byte> body, string id, bool hasTime)
    {
        var head = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(head, s_writer))
        {
            writer.WriteStartObject();
            writer.WriteString("messageId", id);
            if (!hasTime) writer.WriteString("timestamp", _defaultTime);
            writer.WriteEndObject();
        }

        // {"messageId":"…"} and {"type":…} become one object.
        return body.Length <= 2 ? head.WrittenSpan.ToArray() : [.. head.WrittenSpan[..^1], (byte)',', .. body[1..]];
    }
}
