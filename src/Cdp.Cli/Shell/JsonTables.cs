using System.Text.Json;
using Cdp.Cli.Http;
using Spectre.Console;

namespace Cdp.Cli.Shell;

/// <summary>Answers of the server as tables. What they hold comes from outside: no markup and no control character of it takes effect.</summary>
internal static class JsonTables
{
    public static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Horizontal };
        foreach (var column in columns) table.AddColumn(new TableColumn(Escape(column)));
        return table;
    }

    public static void Row(Table table, JsonElement of, string name) => table.AddRow(Escape(name), Cell(of, name));

    public static string Cell(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? Escape(Text(value)) : "";

    /// <summary>A member as text for a line outside of tables.</summary>
    public static string Plain(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? Refs.Printable(Text(value)) : "";

    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    public static string Escape(string text) => Refs.Printable(text).EscapeMarkup();

    public static bool HasContent(JsonElement of, string name) => of.TryGetProperty(name, out var value) && HasContent(value);

    public static bool HasContent(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => value.ValueKind != JsonValueKind.Null,
    };
}
