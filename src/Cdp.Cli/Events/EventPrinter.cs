using System.Text.Json;
using Cdp.Cli.Http;

namespace Cdp.Cli.Events;

/// <summary>Prints events, a line each.</summary>
internal sealed class EventPrinter(TextWriter output, bool json)
{
    private const int MaxPropertyChars = 160;

    public void Print(JsonElement item)
    {
        if (json)
        {
            output.WriteLine(item.GetRawText());
            return;
        }

        var said = Said(item, "properties") ?? Said(item, "traits") ?? "";
        var name = Text(item, "name") is { Length: > 0 } given ? given : "-";
        output.WriteLine(Refs.Printable($"{Text(item, "timestamp"),-24}  {Text(item, "type"),-8}  {name,-24}  {Text(item, "source"),-12}  {said}").TrimEnd());
    }

    private static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string? Said(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Object || !value.EnumerateObject().Any()) return null;
        var text = value.GetRawText();
        return text.Length > MaxPropertyChars ? string.Concat(text.AsSpan(0, MaxPropertyChars), "…") : text;
    }
}
