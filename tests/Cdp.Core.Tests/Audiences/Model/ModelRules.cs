using System.Text.Json;
using Cdp.Core.Audiences.Consent;

namespace Cdp.Core.Tests.Audiences.Model;

/// <summary>The slow, obviously right rules: each is worked out from all events of the profile.</summary>
internal static class ModelRules
{
    public static bool Belongs(ModelProfile profile, JsonElement audience, long nowMs)
    {
        if (audience.TryGetProperty("purpose", out var purpose))
        {
            var channel = audience.TryGetProperty("channel", out var c) ? c.GetString() : null;
            if (profile.Consent(purpose.GetString()!, channel) != ConsentState.Granted) return false;
        }

        return Holds(profile, audience.GetProperty("rule"), nowMs);
    }

    public static bool Holds(ModelProfile profile, JsonElement rule, long nowMs)
    {
        if (rule.TryGetProperty("all", out var all)) return all.EnumerateArray().All(r => Holds(profile, r, nowMs));
        if (rule.TryGetProperty("any", out var any)) return any.EnumerateArray().Any(r => Holds(profile, r, nowMs));
        if (rule.TryGetProperty("not", out var not)) return !Holds(profile, not, nowMs);
        if (rule.TryGetProperty("trait", out var trait)) return ModelValues.Holds(rule, Within(profile, trait.GetString()!), nowMs);
        if (rule.TryGetProperty("computed", out var computed))
        {
            var value = ModelComputed.Value(profile, profile.Computed(computed.GetString()!), nowMs);
            if (value is { ValueKind: JsonValueKind.Object } scores) value = scores.GetProperty(rule.TryGetProperty("field", out var f) ? f.GetString()! : "score");
            return ModelValues.Holds(rule, value, nowMs);
        }

        if (rule.TryGetProperty("sequence", out var steps))
        {
            var inMs = ModelValues.Length(rule.GetProperty("in").GetString()!);
            return Ends(profile, [.. steps.EnumerateArray()], inMs).Any(end => Counts(rule, end, nowMs));
        }

        if (rule.TryGetProperty("identifier", out var type))
            return profile.Identifiers.GetValueOrDefault(type.GetString()!) >= (rule.TryGetProperty("atLeast", out var n) ? n.GetInt32() : 1);
        if (rule.TryGetProperty("reachable", out var reachable))
            return profile.Identifiers.GetValueOrDefault(reachable.GetString() == "email" ? "email" : "phone") > 0;
        if (rule.TryGetProperty("audience", out var audience)) return Belongs(profile, profile.Audience(audience.GetString()!), nowMs);
        if (rule.TryGetProperty("position", out var circle)) return Near(profile, rule, circle, nowMs);
        if (rule.TryGetProperty("consent", out var purpose))
        {
            var state = rule.TryGetProperty("state", out var s) ? Enum.Parse<ConsentState>(s.GetString()!, ignoreCase: true) : ConsentState.Granted;
            return profile.Consent(purpose.GetString()!, rule.TryGetProperty("channel", out var c) ? c.GetString() : null) == state;
        }

        var count = profile.Matching(rule).Count(e => Counts(rule, e.OrderMs, nowMs));
        var hasMost = rule.TryGetProperty("atMost", out var most);
        return count >= (rule.TryGetProperty("atLeast", out var least) ? least.GetInt32() : hasMost ? 0 : 1) && (!hasMost || count <= most.GetInt32());
    }

    /// <summary>Whether a time lies in a rule's window. A calendar window is worked out from now backwards, as a person would.</summary>
    private static bool Counts(JsonElement rule, long atMs, long nowMs)
    {
        if (!rule.TryGetProperty("within", out var within)) return true;
        if (within.ValueKind == JsonValueKind.String) return nowMs - atMs < ModelValues.Length(within.GetString()!);
        var zone = within.TryGetProperty("zone", out var z) ? TimeZoneInfo.FindSystemTimeZoneById(z.GetString()!) : TimeZoneInfo.Utc;
        var count = within.TryGetProperty("count", out var c) ? c.GetInt32() : 1;
        var unit = within.GetProperty("calendar").GetString();
        DateTime Period(long ms)
        {
            var day = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone).Date;
            return unit switch
            {
                "day" => day,
                "week" => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
                "month" => new(day.Year, day.Month, 1),
                _ => new(day.Year, 1, 1),
            };
        }

        var first = Period(nowMs);
        first = unit switch { "day" => first.AddDays(1 - count), "week" => first.AddDays(7 * (1 - count)), "month" => first.AddMonths(1 - count), _ => first.AddYears(1 - count) };
        return Period(atMs) >= first;
    }

    private static IEnumerable<long> Ends(ModelProfile profile, JsonElement[] steps, long inMs)
    {
        // Every way to choose the steps, as (first, last).
        var chains = profile.Matching(steps[0]).Select(e => (First: e.OrderMs, Last: e.OrderMs)).Distinct().ToArray();
        foreach (var step in steps.Skip(1))
        {
            var times = profile.Matching(step).Select(e => e.OrderMs).ToArray();
            chains = [.. chains.SelectMany(c => times.Where(t => t > c.Last).Select(t => (c.First, t))).Distinct()];
        }

        return chains.Where(c => c.Last - c.First <= inMs).Select(c => c.Last);
    }

    private static bool Near(ModelProfile profile, JsonElement rule, JsonElement circle, long nowMs)
    {
        var last = profile.Events.Where(e => Coordinate(e, "latitude") is not null && Coordinate(e, "longitude") is not null)
            .OrderBy(e => e.OrderMs).ThenBy(e => e.Priority).ThenBy(e => e.MessageId, StringComparer.Ordinal).LastOrDefault();
        if (last is null || !Counts(rule, last.OrderMs, nowMs)) return false;

        // The chord between two points of the sphere, turned into an arc.
        var (x1, y1, z1) = Point(Coordinate(last, "latitude")!.Value, Coordinate(last, "longitude")!.Value);
        var (x2, y2, z2) = Point(circle.GetProperty("latitude").GetDouble(), circle.GetProperty("longitude").GetDouble());
        var chord = Math.Sqrt(((x1 - x2) * (x1 - x2)) + ((y1 - y2) * (y1 - y2)) + ((z1 - z2) * (z1 - z2)));
        return 2 * Math.Asin(chord / 2) * 6_371_008.8 <= circle.GetProperty("radiusMetres").GetDouble();
    }

    private static (double X, double Y, double Z) Point(double latitude, double longitude)
    {
        var (a, b) = (latitude * Math.PI / 180, longitude * Math.PI / 180);
        return (Math.Cos(a) * Math.Cos(b), Math.Cos(a) * Math.Sin(b), Math.Sin(a));
    }

    private static double? Coordinate(RawEvent e, string name) => (double?)ModelValues.Number(ModelValues.At(e.ContextJson, $"location.{name}"));

    private static JsonElement? Within(ModelProfile profile, string path)
    {
        var names = path.Split('.', 2);
        return profile.Trait(names[0]) is { } value ? names.Length == 1 ? value : ModelValues.At(value, names[1]) : null;
    }
}
