using System.Globalization;
using System.Text.Json;

namespace Cdp.Core.Tests.Audiences.Model;

/// <summary>The slow, obviously right computed traits.</summary>
internal static class ModelComputed
{
    private const long Minute = 60_000, Hour = 3_600_000, Day = 86_400_000;

    public static JsonElement? Value(ModelProfile profile, JsonElement definition, long nowMs)
    {
        var type = definition.GetProperty("type").GetString();
        switch (type)
        {
            case "count":
                return Json(Live(profile, definition, definition, nowMs, sums: true).Count());
            case "sum" or "min" or "max" or "average":
                var amounts = Amounts(profile, definition, definition, nowMs).ToArray();
                if (amounts.Length == 0) return type == "sum" ? Json(0) : null;
                return Json(type switch
                {
                    "sum" => amounts.Sum(), "min" => amounts.Min(), "max" => amounts.Max(), _ => Math.Round(amounts.Sum() / amounts.Length, 6),
                });
            case "first" or "last":
                var ordered = Live(profile, definition, definition, nowMs, sums: false).Where(e => IsScalar(ModelProfile.Field(definition, e)))
                    .OrderBy(e => e.OrderMs).ThenBy(e => e.Priority).ThenBy(e => e.MessageId, StringComparer.Ordinal).ToArray();
                return ordered.Length == 0 ? null : ModelProfile.Field(definition, type == "first" ? ordered[0] : ordered[^1]);
            case "most_frequent":
                return Values(profile, definition, nowMs).GroupBy(v => v).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => (JsonElement?)Parse(g.Key)).FirstOrDefault();
            case "unique_count":
                return Json(Values(profile, definition, nowMs).Distinct().Count());
            case "unique_list":
                var limit = definition.TryGetProperty("limit", out var l) ? l.GetInt32() : 100;
                return Parse($"[{string.Join(',', Values(profile, definition, nowMs).Distinct().Order(StringComparer.Ordinal).Take(limit))}]");
            case "days_since":
                var times = profile.Matching(definition).Select(e => e.OrderMs).ToArray();
                return times.Length == 0 ? null : Json(Math.Floor((nowMs - times.Max()) / (decimal)Day));
            case "rfm":
                return Rfm(profile, definition, nowMs);
            default:
                var margin = definition.TryGetProperty("margin", out var m) ? m.GetDecimal() : 1;
                var cost = definition.TryGetProperty("cost", out var c) ? c.EnumerateArray().Sum(t => Term(profile, t, definition, nowMs)) : 0;
                return Json(Math.Round((margin * definition.GetProperty("revenue").EnumerateArray().Sum(t => Term(profile, t, definition, nowMs))) - cost, 6));
        }
    }

    private static decimal Term(ModelProfile profile, JsonElement term, JsonElement definition, long nowMs) => term.TryGetProperty("amount", out var amount)
        ? amount.GetDecimal() * Live(profile, term, definition, nowMs, sums: true).Count()
        : Amounts(profile, term, definition, nowMs).Sum();

    private static JsonElement? Rfm(ModelProfile profile, JsonElement definition, long nowMs)
    {
        var orders = Live(profile, definition, definition, nowMs, sums: true).ToArray();
        if (orders.Length == 0) return null;
        var days = Math.Floor((nowMs - orders.Max(o => o.OrderMs)) / (decimal)Day);
        var spent = Amounts(profile, definition, definition, nowMs).Sum();
        var r = 1 + definition.GetProperty("recencyDays").EnumerateArray().Count(b => days < b.GetDecimal());
        var f = 1 + definition.GetProperty("frequency").EnumerateArray().Count(b => orders.Length >= b.GetDecimal());
        var a = 1 + definition.GetProperty("monetary").EnumerateArray().Count(b => spent >= b.GetDecimal());
        return Parse($$"""{"recency":{{r}},"frequency":{{f}},"monetary":{{a}},"score":{{r}}{{f}}{{a}}}""");
    }

    private static IEnumerable<decimal> Amounts(ModelProfile profile, JsonElement selector, JsonElement definition, long nowMs) =>
        Live(profile, selector, definition, nowMs, sums: true).Select(e => ModelValues.Number(ModelProfile.Field(selector, e))).OfType<decimal>()
            .Select(n => Math.Round(n, 6));

    private static IEnumerable<string> Values(ModelProfile profile, JsonElement definition, long nowMs) =>
        Live(profile, definition, definition, nowMs, sums: false).Select(e => ModelProfile.Field(definition, e)).OfType<JsonElement>()
            .SelectMany(v => v.ValueKind == JsonValueKind.Array ? v.EnumerateArray().ToArray() : [v]).Where(v => IsScalar(v)).Select(Text);

    /// <summary>An event counts until its whole bucket has been outside for the window's length; the widths are those of docs/audiences.md.</summary>
    private static IEnumerable<RawEvent> Live(ModelProfile profile, JsonElement selector, JsonElement definition, long nowMs, bool sums)
    {
        if (!definition.TryGetProperty("within", out var within)) return profile.Matching(selector);
        var length = ModelValues.Length(within.GetString()!);
        long[] widths = [Minute, 5 * Minute, 15 * Minute, Hour, 6 * Hour, Day, 3 * Day, 14 * Day];
        var width = widths.First(w => length / w <= (sums ? 183 : 31));
        return profile.Matching(selector).Where(e => nowMs < (((e.OrderMs / width) + 1) * width) + length);
    }

    private static bool IsScalar(JsonElement? value) => value?.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? (value.GetDecimal() / 1.000000000000000000000m).ToString(CultureInfo.InvariantCulture)
        : value.GetRawText();

    private static JsonElement Json(decimal number) => Parse(number.ToString(CultureInfo.InvariantCulture));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
