using System.Runtime.InteropServices;

namespace Cdp.Core.Profiles.Splits;

/// <summary>The bodies of splits: the journal's own JSON, format version 1, as <see cref="RecordCodec"/>.</summary>
public static class SplitCodec
{
    /// <summary>Writes a record's body.</summary>
    /// <param name="record">The record.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(SplitRecord record) => RecordCodec.Build(json =>
    {
        json.WriteString("o", record.Other.Value);
        json.WriteString("c", record.Code);
        RecordCodec.WriteNote(json, record.Note);
        if (record.Undone is { } undone) json.WriteString("mid", undone.ToString());
        if (record.Moved.Count > 0)
        {
            json.WriteStartArray("mv");
            foreach (var (part, anchor, count) in record.Moved)
            {
                json.WriteStartArray();
                json.WriteStringValue(anchor.Type);
                json.WriteStringValue(anchor.Value);
                json.WriteStringValue(part.Value);
                json.WriteNumberValue(count);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WritePropertyName("state");
        json.WriteRawValue(record.State.Span, skipInputValidation: true);
    });

    /// <summary>Reads the body of a <see cref="Journal.RecordKind.Split"/> or a <see cref="Journal.RecordKind.Restored"/>.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static SplitRecord Read(ReadOnlyMemory<byte> body)
    {
        using var document = RecordCodec.Parse(body);
        var root = document.RootElement;
        return new(
            new(root.GetProperty("o"u8).GetGuid()),
            root.GetProperty("c"u8).GetString()!,
            RecordCodec.ReadNote(root)!,
            root.TryGetProperty("mid"u8, out var text) && MergeId.TryParse(text.GetString(), out var undone) ? undone : null,
            JsonMarshal.GetRawUtf8Value(root.GetProperty("state"u8)).ToArray(),
            root.TryGetProperty("mv"u8, out var moved)
                ? [.. moved.EnumerateArray().Select(m => new MovedEvents(new(m[2].GetGuid()), RecordCodec.ReadIdentifier(m), m[3].GetInt32()))]
                : []);
    }
}
