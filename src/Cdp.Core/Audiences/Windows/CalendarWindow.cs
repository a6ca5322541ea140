using System.Globalization;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Audiences.Windows;

/// <summary>
/// The present calendar day, week (from Monday), month or year and the count - 1 before it, in a time zone: an occurrence counts until its own period has
/// been followed by so many others. Midnights that the change to summer time skips are taken as the first moment that exists.
/// </summary>
internal sealed class CalendarWindow(CalendarUnit unit, int count, TimeZoneInfo zone) : Window
{
    private static readonly string[] Units = ["day", "week", "month", "year"];
    private static readonly int[] MaxCounts = [366, 53, 24, 5];

    public override string Canonical { get; } = string.Create(CultureInfo.InvariantCulture, $"{count}x{Units[(int)unit]}@{zone.Id}");

    public static new CalendarWindow? Read(Node node)
    {
        node.IsObject("calendar", "count", "zone");
        var unit = node.Required("calendar", "one of " + string.Join(", ", Units))?.Word(Units) ?? -1;
        var count = node.Member("count") is { } c ? c.Whole(1, unit < 0 ? 366 : MaxCounts[unit]) : 1;
        var zone = TimeZoneInfo.Utc;
        if (node.Member("zone") is { } z && (z.Text(64) is not { } name || !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!)))
        {
            z.Note(ProblemCodes.UnknownValue, "an IANA time zone that this machine knows, such as Europe/Oslo");
            return null;
        }

        return unit < 0 || count is null ? null : new CalendarWindow((CalendarUnit)unit, count.Value, zone);
    }

    public override long ExpiryMs(long timeMs)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime, zone);
        return ToUtcMs(Add(Start(local.Date)));
    }

    private DateTime Start(DateTime day) => unit switch
    {
        CalendarUnit.Day => day,
        CalendarUnit.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        CalendarUnit.Month => new DateTime(day.Year, day.Month, 1),
        _ => new DateTime(day.Year, 1, 1),
    };

    private DateTime Add(DateTime start) => unit switch
    {
        CalendarUnit.Day => start.AddDays(count),
        CalendarUnit.Week => start.AddDays(7 * count),
        CalendarUnit.Month => start.AddMonths(count),
        _ => start.AddYears(count),
    };

    private long ToUtcMs(DateTime local)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        // Of a midnight that comes twice the day begins with the first, which has the larger offset.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUnixTimeMilliseconds();
    }
}

/// <summary>The periods of a calendar.</summary>
internal enum CalendarUnit
{
    Day,
    Week,
    Month,
    Year,
}
