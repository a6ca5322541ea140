using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Cdp.Core.Events.Json;

/// <summary>Checks and reads of JSON text as raw UTF-8.</summary>
internal static class JsonText
{
    /// <summary>
    /// Whether every string in a syntactically valid JSON text is text that a .NET string, SQLite and PostgreSQL can all keep: valid UTF-8, no lone
    /// surrogate and no NUL. The JSON reader itself checks none of the three until a string is materialised.
    /// </summary>
    public static bool IsStorable(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return false;
        var first = json.IndexOf("\\u"u8);
        if (first < 0)
            return true;

        // Backslashes occur only inside strings. Walk from the first one on, pair by pair, so that an escaped backslash before a 'u' is not taken for an escape.
        var rest = json[json.IndexOf((byte)'\\')..];
        while (true)
        {
            var at = rest.IndexOf((byte)'\\');
            if (at < 0)
                return true;
            rest = rest[at..];
            if (rest[1] != 'u')
            {
                rest = rest[2..];
                continue;
            }

            var unit = Hex(rest);
            rest = rest[6..];
            if (unit == 0 || char.IsLowSurrogate((char)unit))
                return false;
            if (!char.IsHighSurrogate((char)unit))
                continue;
            if (rest.Length < 6 || rest[0] != '\\' || rest[1] != 'u' || !char.IsLowSurrogate((char)Hex(rest)))
                return false;
            rest = rest[6..];
        }
    }

    /// <summary>Whether a JSON number fits a double; 1e999 does not.</summary>
    public static bool IsFinite(ReadOnlySpan<byte> number) =>
        (number.Length < 300 && number.IndexOfAny((byte)'e', (byte)'E') < 0)
        || (Utf8Parser.TryParse(number, out double value, out _) && double.IsFinite(value));

    /// <summary>The text of a string, unescaped, or of a number, as it was written.</summary>
    public static string Read(ReadOnlySpan<byte> json, JsonSlice slice)
    {
        if (!slice.Escaped)
            return Encoding.UTF8.GetString(slice.In(json));
        var reader = new Utf8JsonReader(json.Slice(slice.Start - 1, slice.Length + 2));
        reader.Read();
        return reader.GetString()!;
    }

    /// <summary>The text of a string, or null when the value is none.</summary>
    public static string? ReadString(ReadOnlySpan<byte> json, JsonSlice slice) => slice.IsString ? Read(json, slice) : null;

    /// <summary>The first <paramref name="max"/> characters, never ending in half of a surrogate pair.</summary>
    public static string Cut(string text, int max) =>
        text.Length <= max ? text : text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)];

    private static int Hex(ReadOnlySpan<byte> escape) =>
        int.TryParse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? unit : 0;
}
