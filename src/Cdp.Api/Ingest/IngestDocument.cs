using System.Globalization;
using System.Text.Json;
using Cdp.Api.Http;

namespace Cdp.Api.Ingest;

/// <summary>The parsed body of an ingest request.</summary>
internal sealed class IngestDocument : IDisposable
{
    // Nesting is judged per event, by the parser: one deep event must not fail its batch.
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = int.MaxValue };

    private readonly JsonDocument _document;
    private readonly JsonElement _events;
    private readonly bool _isBatch;

    private IngestDocument(JsonDocument document, bool isBatch)
    {
        _document = document;
        _isBatch = isBatch;
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new ProblemException(ProblemCode.InvalidBody, "Send a JSON object.");
        if (!isBatch)
        {
            _events = root;
            WriteKey = Text(root, "writeKey");
            return;
        }

        if (!TryGet(root, "batch", out _events) || _events.ValueKind != JsonValueKind.Array)
        {
            throw new ProblemException(ProblemCode.InvalidBody, "Send a JSON object with an array named batch.");
        }

        SentAtMs = Time(Text(root, "sentAt"));
        WriteKey = Text(root, "writeKey");
        if (WriteKey is null && _events.GetArrayLength() > 0) WriteKey = Text(_events[0], "writeKey");
    }

    /// <summary>The key that the body or else its first message names; null when neither does.</summary>
    public string? WriteKey { get; }

    /// <summary>The batch's own time of sending, in Unix milliseconds; null for single events, which carry their own.</summary>
    public long? SentAtMs { get; }

    public IEnumerable<JsonElement> Events => _isBatch ? _events.EnumerateArray() : [_events];

    public static IngestDocument Parse(ReadOnlyMemory<byte> body, bool isBatch)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(body, s_options);
            return new IngestDocument(document, isBatch);
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson);
        }
        catch
        {
            document?.Dispose();
            throw;
        }
    }

    public void Dispose() => _document.Dispose();

    private static string? Text(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !TryGet(element, name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // Names that are no valid text make the search throw; such a member is not the one that is looked for.
    private static bool TryGet(JsonElement element, string name, out JsonElement value)
    {
        try
        {
            return element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            throw new ProblemException(ProblemCode.InvalidJson, "A member's name is not valid text.");
        }
    }

    private static long? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeMilliseconds() : null;
}
