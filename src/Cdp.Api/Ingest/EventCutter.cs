using System.Text.Json;

namespace Cdp.Api.Ingest;

/// <summary>Cuts a checked array of events into their slices, or hands out the one event that the text is.</summary>
internal ref struct EventCutter
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly bool _isArray;
    private Utf8JsonReader _reader;
    private bool _isDone;

    public EventCutter(ReadOnlySpan<byte> json, bool isArray)
    {
        _json = json;
        _isArray = isArray;
        if (!isArray) return;
        _reader = new Utf8JsonReader(json, Members.AnyDepth);
        _reader.Read();
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool Next()
    {
        if (_isDone) return false;
        if (!_isArray)
        {
            _isDone = true;
            Current = _json;
            return true;
        }

        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndArray)
        {
            _isDone = true;
            return false;
        }

        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Current = _json[start..(int)_reader.BytesConsumed];
        return true;
    }
}
