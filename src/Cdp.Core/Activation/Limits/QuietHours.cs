using System.Globalization;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Activation.Limits;

/// <summary>
/// Hours of the day, in the customer's time zone, in which nothing is sent. Each begins at the first moment at which clocks there show <c>from</c> or later on its day, and ends behind the last
/// moment at which they show earlier than <c>to</c>: an hour that comes twice counts as a whole, one that does not exist is skipped.
/// </summary>
internal sealed class QuietHours
{
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    // Quiet hours that follow each other without a gap: more than a week of them has no end.
    private const int MaxChain = 8;

    // Clocks are put forward and back by less: what lies farther away by the clock need not be looked up in the zone.
    private static readonly TimeSpan MaxShift = TimeSpan.FromHours(3);

    private readonly TimeSpan _from, _length;
    private readonly bool[] _days;

    private QuietHours(TimeSpan from, TimeSpan length, bool[] days) => (_from, _length, _days) = (from, length, days);

    /// <summary>The zone of customers whose own is not known.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Whether what falls into them is put off to their end; else it is dropped.</summary>
    public required bool Defers { get; init; }

    /// <summary>Reads <c>{"from":"21:00","to":"08:00","days":["mon"],"zone":"Europe/Oslo","otherwise":"defer"}</c>.</summary>
    /// <param name="node">The quiet hours.</param>
    /// <returns>The hours; null and noted when they are none.</returns>
    public static QuietHours? Read(Node node)
    {
        if (!node.IsObject("from", "to", "days", "zone", "otherwise")) return null;
        var from = ReadTime(node.Required("from", "a time of day, such as 21:00"));
        var to = ReadTime(node.Required("to", "a time of day, such as 08:00; 24:00 for the end of the day"));
        var zone = node.Member("zone") is { } z ? ReadZone(z) : TimeZoneInfo.Utc;
        var otherwise = node.Member("otherwise") is { } o ? o.Word("skip", "defer") : 0;
        var days = new bool[7];
        if (node.Member("days") is { } list)
        {
            foreach (var day in list.Items(1, 7))
            {
                if (day.Word(Days) is >= 0 and var at) days[at] = true;
            }
        }
        else
        {
            Array.Fill(days, true);
        }

        if (from is null || to is null || zone is null || otherwise < 0) return null;
        var length = to.Value > from.Value ? to.Value - from.Value : to.Value - from.Value + TimeSpan.FromDays(1);
        if (from == TimeSpan.FromDays(1) || from == to || (length == TimeSpan.FromDays(1) && days.All(d => d)))
        {
            node.Note(ProblemCodes.OutOfRange, "hours that begin before 24:00, do not end when they begin, and end some day");
            return null;
        }

        return new(from.Value, length, days) { Zone = zone, Defers = otherwise == 1 };
    }

    /// <summary>When the quiet that a moment lies in is over.</summary>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="zone">The customer's zone.</param>
    /// <returns>Unix milliseconds; null when the moment is not quiet.</returns>
    public long? EndMs(long nowMs, TimeZoneInfo zone)
    {
        long? end = null;
        for (var step = 0; step < MaxChain && EndOfOneMs(end ?? nowMs, zone) is { } next; step++) end = next;
        return end;
    }

    private long? EndOfOneMs(long nowMs, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTimeOffset.FromUnixTimeMilliseconds(nowMs).UtcDateTime, zone);
        long? end = null;

        // From the day before yesterday, because a day is not always 24 hours; to tomorrow, because zones have skipped whole days.
        for (var day = -2; day <= 1; day++)
        {
            var date = local.Date.AddDays(day);
            if (!_days[(int)date.DayOfWeek]) continue;
            var start = date + _from;
            if (local < start - MaxShift || local > start + _length + MaxShift) continue;
            if (FirstMs(start, zone) <= nowMs && LastMs(start + _length, zone) is var last && nowMs < last) end = Math.Max(end ?? 0, last);
        }

        return end;
    }

    /// <summary>The first moment at which clocks show this or later.</summary>
    private static long FirstMs(DateTime local, TimeZoneInfo zone) => zone.IsInvalidTime(local)
        ? GapMs(local, zone)
        : ToMs(local, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local));

    /// <summary>The first moment from which on clocks show this or later for good.</summary>
    private static long LastMs(DateTime local, TimeZoneInfo zone) => zone.IsInvalidTime(local)
        ? GapMs(local, zone)
        : ToMs(local, OffsetOfLast(local, zone));

    // Where a time comes twice, clocks show earlier ones again, but for the very first of the hour that is repeated. (The runtime takes some time before it for ambiguous too.)
    private static TimeSpan OffsetOfLast(DateTime local, TimeZoneInfo zone) => !zone.IsAmbiguousTime(local) ? zone.GetUtcOffset(local)
        : zone.IsAmbiguousTime(local.AddMinutes(-1)) ? zone.GetAmbiguousTimeOffsets(local).Min() : zone.GetAmbiguousTimeOffsets(local).Max();

    /// <summary>The moment at which clocks were put forward over a time that does not exist.</summary>
    private static long GapMs(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        return ToMs(local, zone.GetUtcOffset(local));
    }

    private static long ToMs(DateTime local, TimeSpan offset) => new DateTimeOffset(local, offset).ToUnixTimeMilliseconds();

    private static TimeSpan? ReadTime(Node? node)
    {
        if (node is not { } n) return null;
        if (n.Text(5) is not { } text) return null;
        if (text == "24:00") return TimeSpan.FromDays(1);
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time.ToTimeSpan();
        n.Note(ProblemCodes.UnknownValue, "a time of day from 00:00 to 24:00");
        return null;
    }

    private static TimeZoneInfo? ReadZone(Node node)
    {
        if (node.Text(64) is not { } name) return null;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        node.Note(ProblemCodes.UnknownValue, "an IANA time zone that this machine knows, such as Europe/Oslo");
        return null;
    }
}
