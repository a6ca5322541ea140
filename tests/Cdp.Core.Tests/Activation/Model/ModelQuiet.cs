using System.Globalization;

namespace Cdp.Core.Tests.Activation.Model;

/// <summary>Quiet hours as a model sees them: it looks at what clocks show in every quarter of an hour.</summary>
/// <param name="FromQuarter">Quarters of an hour after midnight.</param>
/// <param name="ToQuarter">The same; up to 96.</param>
/// <param name="Days">By day, from Sunday.</param>
internal sealed record ModelQuiet(int FromQuarter, int ToQuarter, bool[] Days)
{
    private const long Quarter = 15 * 60_000, Day = 96 * Quarter;
    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static ModelQuiet Any(Random random)
    {
        var from = random.Next(96);
        var to = random.Next(1, 97);
        if (to == from) to++;
        var days = new bool[7];
        for (var i = 0; i < 7; i++) days[i] = random.Next(3) > 0;
        days[random.Next(7)] = true;
        if (days.All(d => d) && to - from == 96) days[0] = false;
        return new(from, to, days);
    }

    public string Json(string zone, string otherwise) =>
        $$"""{"from":"{{Clock(FromQuarter)}}","to":"{{Clock(ToQuarter)}}","days":[{{string.Join(',', Names.Where((_, i) => Days[i]).Select(n => $"\"{n}\""))}}],"zone":"{{zone}}","otherwise":"{{otherwise}}"}""";

    /// <summary>The end of the quiet that a moment lies in, which may be made of several that touch; null when it is not quiet.</summary>
    public long? EndMs(long nowMs, ModelZone zone)
    {
        if (OneEndMs(nowMs, zone) is not { } end) return null;
        for (var step = 1; step < 8 && OneEndMs(end, zone) is { } next; step++) end = next;
        return end;
    }

    public override string ToString() => Json("-", "-");

    private long? OneEndMs(long nowMs, ModelZone zone)
    {
        long? end = null;
        var length = (ToQuarter > FromQuarter ? ToQuarter - FromQuarter : ToQuarter - FromQuarter + 96) * Quarter;
        var today = zone.LocalMs(nowMs) / Day;
        for (var day = today - 3; day <= today + 2; day++)
        {
            // 1 January 1970 was a Thursday.
            if (!Days[(day + 4) % 7]) continue;
            var from = (day * Day) + (FromQuarter * Quarter);
            var (start, stop) = (Walk(from, zone, last: false), Walk(from + length, zone, last: true));
            if (start <= nowMs && nowMs < stop) end = Math.Max(end ?? 0, stop);
        }

        return end;
    }

    /// <summary>The first moment at which clocks show a time or later; or the one behind the last at which they show an earlier one.</summary>
    private static long Walk(long local, ModelZone zone, bool last)
    {
        var at = local - (15 * 60 * 60_000);
        at -= at % Quarter;
        var found = 0L;
        for (var step = 0; step < 30 * 4; step++, at += Quarter)
        {
            var isEarlier = zone.LocalMs(at) < local;
            if (last && isEarlier) found = at + Quarter;
            if (!last && !isEarlier) return at;
        }

        return found;
    }

    private static string Clock(int quarter) => string.Create(CultureInfo.InvariantCulture, $"{quarter / 4:00}:{quarter % 4 * 15:00}");
}
