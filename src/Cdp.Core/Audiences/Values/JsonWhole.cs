using System.Text.Json;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Values;

/// <summary>A whole JSON text as a slice of itself.</summary>
internal static class JsonWhole
{
    public static JsonSlice Of(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return default;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        var slice = JsonMembers.Scalar(ref reader);
        return reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? slice with { Length = json.Length - slice.Start } : slice;
    }
}
