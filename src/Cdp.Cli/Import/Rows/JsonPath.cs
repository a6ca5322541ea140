using System.Globalization;
using System.Text.Json.Nodes;

namespace Cdp.Cli.Import.Rows;

/// <summary>Takes values out of a JSON row: <c>a.b</c> by names, <c>list.0.x</c> by position, <c>list.*.x</c> the first element that has it.</summary>
internal static class JsonPath
{
    /// <summary>The value at a path, removed from its object. Out of lists it is copied, so that positions stay.</summary>
    public static (bool Found, JsonNode? Value) Take(JsonObject row, string path)
    {
        // A member may have dots in its own name.
        if (row.ContainsKey(path)) return (true, Detach(row, path));
        return Take(row, path.Split('.'));
    }

    private static (bool Found, JsonNode? Value) Take(JsonNode? node, ReadOnlySpan<string> names)
    {
        if (node is JsonObject of && of.ContainsKey(names[0])) return names.Length == 1 ? (true, Detach(of, names[0])) : Take(of[names[0]], names[1..]);
        if (node is not JsonArray list) return default;
        if (names[0] != "*")
        {
            var inside = int.TryParse(names[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < list.Count;
            return inside ? In(list[at], names) : default;
        }

        foreach (var element in list)
        {
            if (In(element, names) is { Found: true } found) return found;
        }

        return default;
    }

    private static (bool Found, JsonNode? Value) In(JsonNode? element, ReadOnlySpan<string> names) =>
        names.Length == 1 ? (true, element?.DeepClone()) : Take(element, names[1..]);

    private static JsonNode? Detach(JsonObject from, string name)
    {
        var value = from[name];
        from.Remove(name);
        return value;
    }
}
