using System.Globalization;

namespace Cdp.Cli.Import.Mapping;

/// <summary>Reads the timestamp column of a row.</summary>
internal static class RowTime
{
    private static readonly string[] s_formats =
    [
        "yyyy-MM-dd", "yyyyMMdd", "yyyy/MM/dd",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy/MM/dd HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Reads a time that has only one meaning; anything like 1/2/18 needs a format. Without an offset it is UTC.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="formats">.NET formats that the file uses instead; empty for ISO 8601 and Unix seconds or milliseconds.</param>
    /// <param name="time">The time.</param>
    public static bool TryParse(string text, string[] formats, out DateTimeOffset time)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces;
        if (formats.Length > 0) return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, Styles, out time);
        if (DateTimeOffset.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, Styles, out time)) return true;

        // 10 digits are seconds until the year 2286, 13 are milliseconds; other lengths could be either.
        if (text.Length is not (10 or 13) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        time = text.Length == 10 ? DateTimeOffset.FromUnixTimeSeconds(number) : DateTimeOffset.FromUnixTimeMilliseconds(number);
        return true;
    }

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
