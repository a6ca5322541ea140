using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.State;

/// <summary>JSON scalars as one text each, so that values are compared and kept alike however they were written.</summary>
internal static class ScalarText
{
    /// <summary>Characters of a value's JSON; a longer one is passed over.</summary>
    public const int MaxChars = 256;

    /// <summary>The canonical JSON of a string, a number or a boolean; null for anything else and for what is too long.</summary>
    public static string? Read(ReadOnlySpan<byte> json, JsonSlice slice)
    {
        switch (slice.Kind)
        {
            case JsonTokenType.True: return "true";
            case JsonTokenType.False: return "false";
            case JsonTokenType.Number when JsonNumber.TryRead(json, slice, out var number): return JsonNumber.Write(number);
            case JsonTokenType.String when slice.Length <= MaxChars * 6:
                var text = slice.Escaped || NeedsEscape(slice.In(json)) ? Quote(JsonText.Read(json, slice)) : string.Concat("\"", Encoding.UTF8.GetString(slice.In(json)), "\"");
                return text.Length <= MaxChars ? text : null;
            default: return null;
        }
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Quote(string text) => JsonSerializer.Serialize(text, Relaxed);

    // The encoder escapes some characters beyond ASCII, and so must be asked for all of these.
    private static bool NeedsEscape(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0;
}
