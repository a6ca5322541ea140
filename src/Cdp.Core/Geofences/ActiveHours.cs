namespace Cdp.Core.Geofences;

/// <summary>When a fence is active: hours of a week by the clock on a wall, so that they move with summer time.</summary>
/// <param name="zone">Whose clock.</param>
/// <param name="spans">The hours; active in any of them.</param>
/// <remarks>Nothing begins outside of them: no enter, no dwell, no crossing. A visit that began inside of them ends as ever.</remarks>
public sealed class ActiveHours(TimeZoneInfo zone, IReadOnlyList<ActiveSpan> spans)
{
    /// <summary>Whose clock.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>The hours.</summary>
    public IReadOnlyList<ActiveSpan> Spans => spans;

    /// <summary>Whether a moment lies in them. An hour that comes twice in autumn is active twice; one that is skipped in spring is not missed.</summary>
    /// <param name="atMs">Unix milliseconds.</param>
    /// <returns>True when active.</returns>
    public bool Contains(long atMs)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTimeOffset.FromUnixTimeMilliseconds(atMs).UtcDateTime, zone);
        var minute = (int)local.TimeOfDay.TotalMinutes;
        foreach (var span in spans)
        {
            if (span.Contains(local.DayOfWeek, minute)) return true;
        }

        return false;
    }
}

/// <summary>Hours of some days of the week.</summary>
/// <param name="Days">Bit 0 for Sunday to bit 6 for Saturday: the days on which it begins.</param>
/// <param name="FromMinute">The first minute of the day, 0 to 1,439.</param>
/// <param name="ToMinute">The minute after the last, 1 to 1,440; one at or before <paramref name="FromMinute"/> is on the next day.</param>
public readonly record struct ActiveSpan(int Days, int FromMinute, int ToMinute)
{
    internal bool Contains(DayOfWeek day, int minute)
    {
        var today = (Days >> (int)day & 1) != 0;
        if (FromMinute < ToMinute) return today && minute >= FromMinute && minute < ToMinute;
        var yesterday = (Days >> (((int)day + 6) % 7) & 1) != 0;
        return (today && minute >= FromMinute) || (yesterday && minute < ToMinute);
    }
}
