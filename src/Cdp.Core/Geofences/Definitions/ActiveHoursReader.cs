using System.Globalization;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Geofences.Definitions;

/// <summary>Reads <c>{"zone":"Europe/Oslo","hours":[{"days":["mon","tue"],"from":"08:00","to":"22:00"}]}</c>; without days it is all of them.</summary>
internal static class ActiveHoursReader
{
    public static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private const string Clock = "a time of day such as 08:00; the end may be 24:00";

    public static ActiveHours? Read(Node node)
    {
        if (!node.IsObject("zone", "hours")) return null;
        var zone = node.Required("zone", "an IANA time zone, such as Europe/Oslo") is { } z ? ReadZone(z) : null;
        var spans = node.Required("hours", "1 to 50 spans") is { } hours ? hours.Items(1, 50).Select(ReadSpan).ToArray() : [];
        return zone is null || spans.Length == 0 || spans.Contains(null) ? null : new(zone, [.. spans.Select(s => s!.Value)]);
    }

    private static TimeZoneInfo? ReadZone(Node node)
    {
        if (node.Text(64) is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        node.Note(ProblemCodes.UnknownValue, "an IANA time zone that this machine knows, such as Europe/Oslo");
        return null;
    }

    private static ActiveSpan? ReadSpan(Node node)
    {
        if (!node.IsObject("days", "from", "to")) return null;
        var days = 127;
        if (node.Member("days") is { } list) days = list.Items(1, 7).Aggregate(0, (all, day) => day.Word(Days) is >= 0 and var i ? all | (1 << i) : all);
        var from = node.Required("from", Clock) is { } f ? ReadMinute(f, 1_439) : null;
        var to = node.Required("to", Clock) is { } t ? ReadMinute(t, 1_440) : null;
        return days == 0 || from is null || to is null ? null : new(days, from.Value, to.Value);
    }

    private static int? ReadMinute(Node node, int max)
    {
        if (node.Text(5) is { Length: 5 } text && text[2] == ':'
            && int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            && int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            && minutes < 60 && (hours * 60) + minutes <= max) return (hours * 60) + minutes;
        node.Note(ProblemCodes.UnknownValue, Clock);
        return null;
    }
}
