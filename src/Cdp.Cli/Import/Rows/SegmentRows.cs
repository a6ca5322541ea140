using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Import.Rows;

/// <summary>Segment events out of a file: one per line, or one document <c>{"batch":[…]}</c> or <c>[…]</c>.</summary>
internal static class SegmentRows
{
    public static IRowReader Open(string path, RowFactory factory)
    {
        using var lines = new LineReader(path, RowFactory.MaxRowBytes);
        ReadOnlyMemory<byte> first;
        do
        {
            if (!lines.Read(out first)) break;
        }
        while (first.Span.Trim(" \t\r"u8).IsEmpty);

        return IsDocument(first.Span.Trim(" \t\r"u8)) ? new SegmentDocument(path, factory) : new SegmentLines(path, factory);
    }

    private static bool IsDocument(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("["u8) || line.SequenceEqual("{"u8)) return true;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("batch")) return true;
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A broken or cut first line: the rows will say.
        }

        return false;
    }
}

/// <summary>A document of events, in memory.</summary>
internal sealed class SegmentDocument : IRowReader
{
    private readonly RowFactory _factory;
    private readonly JsonArray _items;
    private readonly long _bytes;
    private int _at;

    public SegmentDocument(string path, RowFactory factory)
    {
        _factory = factory;
        _bytes = new FileInfo(path).Length;
        _items = Load(path);
    }

    public long BytesRead => _items.Count == 0 ? _bytes : _bytes * _at / _items.Count;

    public ImportRow? Read()
    {
        if (_at == _items.Count) return null;
        var item = _items[_at++];
        return item is JsonObject of ? SegmentEvent.Make(of, _at, _factory) : ImportRow.Rejected(_at, RowCodes.NotAnObject);
    }

    public void Dispose()
    {
    }

    private static JsonArray Load(string path)
    {
        const long MaxMegabytes = 64;
        if (new FileInfo(path).Length > MaxMegabytes * 1024 * 1024)
        {
            throw CliException.Usage($"a JSON document of events is read whole and may have {MaxMegabytes} MB; make lines of it: jq -c '.batch[]' FILE > events.ndjson");
        }

        try
        {
            var text = File.ReadAllBytes(path).AsSpan();
            if (text.StartsWith("\uFEFF"u8)) text = text[3..];
            if (!Utf8.IsValid(text)) throw CliException.Problem("the file is not UTF-8.");
            var root = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 512, AllowDuplicateProperties = false });
            if ((root as JsonArray ?? (root as JsonObject)?["batch"] as JsonArray) is { } items) return items;
        }
        catch (JsonException e)
        {
            throw CliException.Problem($"the file is neither events line by line nor a JSON document (line {e.LineNumber + 1}).");
        }

        throw CliException.Problem("the JSON document has no \"batch\" list.");
    }
}

/// <summary>One Segment event.</summary>
internal static class SegmentEvent
{
    public static ImportRow Make(JsonObject item, long number, RowFactory factory)
    {
        // It tells when the event was sent the first time. Sent along now, the server would take the years since then for a wrong clock and correct the
        // event's time by them.
        item.Remove("sentAt");
        item.Remove("receivedAt");
        return factory.Create(item, number);
    }
}
