using System.Globalization;

namespace Cdp.Api.Http;

/// <summary>Times as the HTTP contract writes and reads them.</summary>
internal static class IsoTime
{
    private const long MinMs = -62_135_596_800_000;
    private const long MaxMs = 253_402_300_799_999;

    public static string Format(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMs, MinMs, MaxMs))
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads ISO 8601. A '+' of an offset that a query turned into a space is taken as meant.</summary>
    public static bool TryParse(string text, out long unixMs)
    {
        var fixedText = text.Length > 19 ? string.Concat(text.AsSpan(0, 19), text[19..].Replace(' ', '+')) : text;
        var ok = DateTimeOffset.TryParse(fixedText, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        unixMs = ok ? time.ToUnixTimeMilliseconds() : 0;
        return ok && fixedText.Length >= 10;
    }
}
