using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Cdp.Cli.Import.Mapping;

namespace Cdp.Cli.Import.Rows;

/// <summary>Reads a JSON object per line. Blank lines count, so that a row's number is the line that an editor shows.</summary>
internal abstract class JsonLines(string path) : IRowReader
{
    // The server judges an event's depth; here it only has to be read. Two members of one name have no single meaning.
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 512, AllowDuplicateProperties = false };

    private readonly LineReader _lines = new(path, RowFactory.MaxRowBytes);
    private long _number;

    public long BytesRead => _lines.BytesRead;

    public ImportRow? Read()
    {
        while (_lines.Read(out var line))
        {
            _number++;
            if (_lines.TooLong) return ImportRow.Rejected(_number, RowCodes.TooLarge);
            var text = line.Span.Trim(" \t\r"u8);
            if (text.IsEmpty) continue;
            // The parser does not look into strings before they are asked for.
            return Utf8.IsValid(text) ? Parse(text) : ImportRow.Rejected(_number, RowCodes.InvalidText);
        }

        return null;
    }

    public void Dispose() => _lines.Dispose();

    protected abstract ImportRow Make(JsonObject item, long number);

    private ImportRow Parse(ReadOnlySpan<byte> text)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(text, documentOptions: s_options);
        }
        catch (JsonException)
        {
            return ImportRow.Rejected(_number, RowCodes.NotJson);
        }

        return node is JsonObject item ? Make(item, _number) : ImportRow.Rejected(_number, RowCodes.NotAnObject);
    }
}

/// <summary>Rows of any shape, mapped by dotted paths.</summary>
internal sealed class NdjsonRows(string path, ColumnMap map, RowRules rules, RowFactory factory) : JsonLines(path)
{
    protected override ImportRow Make(JsonObject item, long number)
    {
        var builder = new EventBuilder(rules);
        // What is left out goes last: "profile.email" may be wanted out of a "profile" that is not.
        foreach (var (path, target) in map.Targets.OrderBy(t => t.Value.Kind == TargetKind.Leave))
        {
            if (JsonPath.Take(item, path) is { Found: true } taken) builder.Set(target, taken.Value);
        }

        if (!map.OnlyMapped)
        {
            foreach (var name in item.Select(m => m.Key).ToArray())
            {
                var value = item[name];
                item.Remove(name);
                builder.Set(new MapTarget(map.Rest, [name]), value);
            }
        }

        return builder.Build(out var reject) is { } made ? factory.Create(made, number) : ImportRow.Rejected(number, reject!);
    }
}

/// <summary>Segment events as they are.</summary>
internal sealed class SegmentLines(string path, RowFactory factory) : JsonLines(path)
{
    protected override ImportRow Make(JsonObject item, long number) => SegmentEvent.Make(item, number, factory);
}
