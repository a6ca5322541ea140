using System.Text.Json.Nodes;

namespace Cdp.Cli.Import.Mapping;

/// <summary>
/// What rows may have in common. Only the order of sending depends on it, so it errs towards "the same": types are ignored, case too, and of a phone
/// number the last seven digits count, whatever its prefix.
/// </summary>
internal static class IdentifierKeys
{
    private static readonly string[] s_ids = ["userId", "anonymousId", "previousId"];

    public static List<string> Of(JsonObject item)
    {
        var keys = new List<string>(4);
        foreach (var name in s_ids) Add(keys, item[name]);
        AddContacts(keys, item["traits"]);
        if (item["context"] is JsonObject context)
        {
            AddContacts(keys, context["traits"]);
            if (context["device"] is JsonObject device)
            {
                Add(keys, device["id"]);
                Add(keys, device["advertisingId"]);
            }

            foreach (var entry in (context["externalIds"] as JsonArray)?.OfType<JsonObject>() ?? [])
            {
                if (Text(entry["type"]) == "phone") AddPhone(keys, entry["id"]);
                else Add(keys, entry["id"]);
            }
        }

        return keys;
    }

    private static void AddContacts(List<string> keys, JsonNode? traits)
    {
        if (traits is not JsonObject of) return;
        Add(keys, of["email"]);
        AddPhone(keys, of["phone"]);
    }

    private static void Add(List<string> keys, JsonNode? value)
    {
        if (Text(value) is { } text && text.Trim() is { Length: > 0 } trimmed) keys.Add(trimmed.ToLowerInvariant());
    }

    private static void AddPhone(List<string> keys, JsonNode? value)
    {
        var digits = string.Concat((Text(value) ?? "").Where(char.IsAsciiDigit));
        if (digits.Length > 0) keys.Add(string.Concat("phone:", digits.Length > 7 ? digits.AsSpan(^7..) : digits));
    }

    private static string? Text(JsonNode? value) =>
        value is JsonValue v ? v.TryGetValue<string>(out var text) ? text : v.ToJsonString() : null;
}
