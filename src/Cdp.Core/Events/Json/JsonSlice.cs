using System.Text.Json;

namespace Cdp.Core.Events.Json;

/// <summary>One JSON value as a place in a UTF-8 text, so that reading an event copies nothing that it does not keep.</summary>
/// <param name="Start">The value's first byte; of a string the byte after its opening quote.</param>
/// <param name="Length">Bytes of the value; of a string without its quotes.</param>
/// <param name="Kind">The token that starts the value; <see cref="JsonTokenType.None"/> when the value is missing.</param>
/// <param name="Escaped">Whether a string holds a backslash.</param>
internal readonly record struct JsonSlice(int Start, int Length, JsonTokenType Kind, bool Escaped = false)
{
    /// <summary>Neither missing nor <c>null</c>.</summary>
    public bool HasValue => Kind is not (JsonTokenType.None or JsonTokenType.Null);

    public bool IsString => Kind == JsonTokenType.String;

    public bool IsObject => Kind == JsonTokenType.StartObject;

    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> json) => json.Slice(Start, Length);
}
