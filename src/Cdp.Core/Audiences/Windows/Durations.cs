using System.Globalization;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Audiences.Windows;

/// <summary>Lengths of time as definitions write them: a whole number and <c>s</c>, <c>m</c>, <c>h</c>, <c>d</c> (24 hours) or <c>w</c> (7 days).</summary>
public static class Durations
{
    internal const long Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour;

    /// <summary>Reads one; null and noted when it is none or out of range.</summary>
    /// <returns>Milliseconds.</returns>
    internal static long? Read(Node node, TimeSpan min, TimeSpan max)
    {
        if (!TryParse(node.Element.ValueKind == System.Text.Json.JsonValueKind.String ? node.Text(8) : null, out var ms))
        {
            node.Note(ProblemCodes.WrongType, "a whole number with s, m, h, d or w, such as 30d");
            return null;
        }

        if (ms >= (long)min.TotalMilliseconds && ms <= (long)max.TotalMilliseconds) return ms;
        node.Note(ProblemCodes.OutOfRange, $"{Write(min)} to {Write(max)}");
        return null;
    }

    /// <summary>Reads a length.</summary>
    /// <param name="text">A whole number with s, m, h, d or w, such as 30d.</param>
    /// <param name="ms">Milliseconds.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(string? text, out long ms)
    {
        ms = 0;
        if (text is not { Length: >= 2 } || text[0] == '0' || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        ms = text[^1] switch { 's' => 1_000, 'm' => Minute, 'h' => Hour, 'd' => Day, 'w' => 7 * Day, _ => 0 } * count;
        return ms > 0;
    }

    private static string Write(TimeSpan length)
    {
        var (count, unit) = length.TotalDays >= 1 ? (length.TotalDays, "d") : length.TotalMinutes >= 1 ? (length.TotalMinutes, "m") : (length.TotalSeconds, "s");
        return count.ToString(CultureInfo.InvariantCulture) + unit;
    }
}
