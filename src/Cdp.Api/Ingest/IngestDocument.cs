using System.Text.Json;
using Cdp.Api.Http;

namespace Cdp.Api.Ingest;

/// <summary>
/// The body of an ingest request, checked to be JSON in one pass and cut into its events in another. No document is made of it: that would take
/// time quadratic to its depth and twelve times its size.
/// </summary>
internal sealed class IngestDocument
{
    private readonly bool _isBatch;
    private ReadOnlyMemory<byte> _events;

    private IngestDocument(bool isBatch) => _isBatch = isBatch;

    /// <summary>The key that the body or else its first message names; null when neither does.</summary>
    public string? WriteKey { get; private set; }

    /// <summary>The batch's own time of sending, in Unix milliseconds; null for single events, which carry their own.</summary>
    public long? SentAtMs { get; private set; }

    public EventCutter Events => new(_events.Span, _isBatch);

    /// <summary>Reads a body.</summary>
    /// <param name="body">The body; slices of it are kept.</param>
    /// <param name="isBatch">True when its events stand in an array named <c>batch</c>, false when it is one event.</param>
    /// <returns>The document.</returns>
    /// <exception cref="ProblemException">It is no JSON, or not of that shape.</exception>
    public static IngestDocument Parse(ReadOnlyMemory<byte> body, bool isBatch)
    {
        var document = new IngestDocument(isBatch);
        try
        {
            document.Read(body);
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson);
        }

        if (document._events.IsEmpty)
        {
            throw new ProblemException(ProblemCode.InvalidBody, isBatch ? "Send a JSON object with an array named batch." : "Send a JSON object.");
        }

        if (isBatch && document.WriteKey is null && document.Events is var events && events.Next())
        {
            document.WriteKey = Members.Text(events.Current, "writeKey"u8);
        }

        return document;
    }

    private void Read(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span, Members.AnyDepth);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        if (!isObject) reader.Skip();
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName) ReadMember(ref reader, body);
        if (isObject && !_isBatch) _events = body[start..(int)reader.BytesConsumed];

        // What follows must be white space: the reader throws when it is not.
        reader.Read();
    }

    private void ReadMember(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        var isKey = Members.Is(ref reader, "writeKey"u8);
        var isSentAt = _isBatch && Members.Is(ref reader, "sentAt"u8);
        var isBatch = _isBatch && Members.Is(ref reader, "batch"u8);
        reader.Read();
        if (isKey) WriteKey = Members.Text(ref reader);
        if (isSentAt) SentAtMs = IsoTime.TryParse(Members.Text(ref reader) ?? "", out var time) ? time : null;
        var start = (int)reader.TokenStartIndex;
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        reader.Skip();
        if (isBatch) _events = isArray ? body[start..(int)reader.BytesConsumed] : default;
    }
}
