using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Events;

/// <summary>Reads the times that senders write: ISO 8601 texts and Unix numbers.</summary>
internal static class TimestampReader
{
    /// <summary>A number above this is milliseconds, below it seconds: as seconds it would lie in the year 5138, as milliseconds in 1973.</summary>
    private const double MillisecondsFrom = 1e11;

    /// <summary>The end of the year 9999, the last that .NET and most stores know.</summary>
    private const double MaxMs = 253_402_300_799_999;

    /// <summary>Reads a time.</summary>
    /// <param name="json">The text that holds it.</param>
    /// <param name="slice">Where it stands.</param>
    /// <param name="ms">Unix milliseconds, below zero before 1970.</param>
    /// <returns>False when it is no time.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, JsonSlice slice, out long ms)
    {
        ms = 0;
        if (slice.Kind == JsonTokenType.Number)
            return Utf8Parser.TryParse(slice.In(json), out double number, out _) && TryFromNumber(number, out ms);
        if (!slice.IsString)
            return false;

        // Some encoders, .NET's own among them, escape the plus of an offset.
        return TryParseIso(slice.Escaped ? Encoding.UTF8.GetBytes(JsonText.Read(json, slice)) : slice.In(json), out ms);
    }

    /// <summary>
    /// Reads <c>2026-01-02</c>, <c>2026-01-02T03:04[:05[.123456789]]</c> with <c>Z</c>, <c>±hh</c>, <c>±hhmm</c> or <c>±hh:mm</c>. Without an offset it
    /// is UTC: the server's own zone says nothing about the sender. A time finer than a millisecond is cut.
    /// </summary>
    public static bool TryParseIso(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        text = text.Trim((byte)' ');
        if (text.Length < 10 || text[4] != '-' || text[7] != '-' || !Digits(text[..4], out var year) || !Digits(text.Slice(5, 2), out var month)
            || !Digits(text.Slice(8, 2), out var day) || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
            return false;
        ms = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
        text = text[10..];
        if (text.IsEmpty)
            return true;

        if (text.Length < 6 || text[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[3] != ':' || !Digits(text.Slice(1, 2), out var hour)
            || !Digits(text.Slice(4, 2), out var minute) || hour > 23 || minute > 59)
            return false;
        ms += (hour * 3_600_000L) + (minute * 60_000L);
        text = text[6..];
        if (text.Length >= 3 && text[0] == ':')
        {
            if (!Digits(text.Slice(1, 2), out var second) || second > 59)
                return false;
            ms += second * 1_000L;
            text = text[3..];
            if (!text.IsEmpty && text[0] is (byte)'.' or (byte)',' && !TryFraction(ref text, ref ms))
                return false;
        }

        return TryOffset(text, ref ms);
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, ref long ms)
    {
        text = text[1..];
        var length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        length = length < 0 ? text.Length : length;
        if (length is 0 or > 9)
            return false;
        Digits(text[..Math.Min(length, 3)], out var fraction);
        ms += length switch { 1 => fraction * 100, 2 => fraction * 10, _ => fraction };
        text = text[length..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, ref long ms)
    {
        if (text.IsEmpty || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z'))
            return true;
        if (text.Length is not (3 or 5 or 6) || text[0] is not ((byte)'+' or (byte)'-') || !Digits(text.Slice(1, 2), out var hours) || hours > 23)
            return false;
        var minutes = 0;
        if (text.Length > 3 && ((text.Length == 6 && text[3] != ':') || !Digits(text[^2..], out minutes) || minutes > 59))
            return false;
        var offset = (hours * 3_600_000L) + (minutes * 60_000L);
        ms += text[0] == '-' ? offset : -offset;
        return true;
    }

    private static bool TryFromNumber(double number, out long ms)
    {
        var value = Math.Abs(number) > MillisecondsFrom ? number : number * 1_000;
        ms = Math.Abs(value) <= MaxMs ? (long)Math.Round(value) : 0;
        return Math.Abs(value) <= MaxMs;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
