using System.Globalization;
using System.Text.Json;

namespace Cdp.Core.Tests.Audiences.Model;

/// <summary>Tests of values, read straight out of the definition each time.</summary>
internal static class ModelValues
{
    public static JsonElement? At(JsonElement root, string path)
    {
        JsonElement? at = root;
        foreach (var name in path.Split('.'))
        {
            if (at is not { ValueKind: JsonValueKind.Object } o || !o.TryGetProperty(name, out var next) || next.ValueKind == JsonValueKind.Null) return null;
            at = next;
        }

        return at;
    }

    public static bool Holds(JsonElement condition, JsonElement? value, long nowMs)
    {
        var op = condition.GetProperty("op").GetString();
        var operand = condition.TryGetProperty("value", out var v) ? v : default;
        return op switch
        {
            "exists" => value is not null,
            "not_exists" => value is null,
            "eq" => Same(value, operand),
            "ne" => !Same(value, operand),
            "in" => operand.EnumerateArray().Any(o => Same(value, o)),
            "not_in" => !operand.EnumerateArray().Any(o => Same(value, o)),
            "gt" => Number(value) > operand.GetDecimal(),
            "gte" => Number(value) >= operand.GetDecimal(),
            "lt" => Number(value) < operand.GetDecimal(),
            "lte" => Number(value) <= operand.GetDecimal(),
            "contains" => value is { ValueKind: JsonValueKind.Array } a ? a.EnumerateArray().Any(i => Same(i, operand))
                : operand.ValueKind == JsonValueKind.String && Text(value)?.Contains(operand.GetString()!, StringComparison.Ordinal) == true,
            "starts_with" => Text(value)?.StartsWith(operand.GetString()!, StringComparison.Ordinal) == true,
            "ends_with" => Text(value)?.EndsWith(operand.GetString()!, StringComparison.Ordinal) == true,
            "before" => Time(value) < Time(operand),
            "after" => Time(value) > Time(operand),
            "within_last" => Time(value) <= nowMs && nowMs < Time(value) + Length(operand.GetString()!),
            "within_next" => nowMs < Time(value) && nowMs >= Time(value) - Length(operand.GetString()!),
            "older_than" => nowMs >= Time(value) + Length(operand.GetString()!),
            _ => throw new InvalidOperationException(op),
        };
    }

    public static decimal? Number(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } n ? n.GetDecimal() : null;

    public static long Length(string text) =>
        long.Parse(text[..^1], CultureInfo.InvariantCulture) * (text[^1] switch { 's' => 1_000, 'm' => 60_000, 'h' => 3_600_000, 'd' => 86_400_000, _ => 604_800_000 });

    private static string? Text(JsonElement? value) => value is { ValueKind: JsonValueKind.String } s ? s.GetString() : null;

    private static long? Time(JsonElement? value) =>
        Text(value) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : null;

    private static bool Same(JsonElement? value, JsonElement operand) => value is { } v && v.ValueKind == operand.ValueKind && v.ValueKind switch
    {
        JsonValueKind.Number => v.GetDecimal() == operand.GetDecimal(),
        JsonValueKind.String => v.GetString() == operand.GetString(),
        JsonValueKind.True or JsonValueKind.False => true,
        _ => false,
    };
}
