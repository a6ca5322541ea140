using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Cdp.Cli.Import.Mapping;

/// <summary>What a CSV cell becomes. Text by default: a postcode 0800 or a card number must not turn into a number by accident.</summary>
internal static class CellType
{
    private static readonly SearchValues<char> s_numberChars = SearchValues.Create("0123456789.");

    /// <summary>With <c>--infer</c>: true, false and JSON numbers that keep every digit; the rest stays text.</summary>
    public static JsonNode Of(string text, bool infer)
    {
        if (!infer) return JsonValue.Create(text);
        if (text.Equals("true", StringComparison.OrdinalIgnoreCase)) return JsonValue.Create(true);
        if (text.Equals("false", StringComparison.OrdinalIgnoreCase)) return JsonValue.Create(false);
        return IsPlainNumber(text) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }

    // No exponent, no '+', no leading zero, at most 15 digits: such a number reads back as the same text, also in a browser's doubles.
    private static bool IsPlainNumber(string text)
    {
        var digits = text.AsSpan().TrimStart('-');
        if (text.Length - digits.Length > 1 || digits.Length is 0 or > 16 || !char.IsAsciiDigit(digits[0]) || !char.IsAsciiDigit(digits[^1])) return false;
        if (digits.Length > 1 && digits[0] == '0' && digits[1] != '.') return false;
        var points = digits.Count('.');
        return points <= 1 && digits.Length - points <= 15 && !digits.ContainsAnyExcept(s_numberChars);
    }
}
