using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using static Cdp.Cli.Shell.JsonTables;

namespace Cdp.Cli.Identity;

/// <summary>A diagnosis for people to read.</summary>
internal static class DiagnosisView
{
    private static readonly (string Kind, string Title, string[] Columns)[] s_kinds =
    [
        ("nearLimits", "near a limit", ["profileId", "type", "identifiers", "limit"]),
        ("joiningValues", "values in many profiles", ["type", "value", "profiles", "moved", "refused", "shared"]),
        ("manyMerges", "absorbed many", ["profileId", "absorbed"]),
        ("manyPersons", "many of one person type", ["profileId", "type", "identifiers"]),
    ];

    public static bool IsHealthy(JsonElement report) =>
        report.GetProperty("complete").GetBoolean() && s_kinds.All(k => report.GetProperty(k.Kind).GetProperty("count").GetInt32() == 0);

    public static void Write(IAnsiConsole console, JsonElement report)
    {
        foreach (var (kind, title, columns) in s_kinds) Write(console, title, columns, report.GetProperty(kind));
        console.WriteLine($"{Plain(report, "identifiersRead")} identifiers and {Plain(report, "decisionsRead")} records of decisions read.");
        foreach (var part in report.GetProperty("incomplete").EnumerateArray()) console.WriteLine($"Not all {part.GetString()} were read: give --seconds more.");
    }

    private static void Write(IAnsiConsole console, string title, string[] columns, JsonElement found)
    {
        var findings = found.GetProperty("findings").EnumerateArray().ToArray();
        var count = found.GetProperty("count").GetInt32();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {count}{(count > findings.Length ? $", the worst {findings.Length}" : "")}"));
        if (findings.Length == 0) return;
        string[] shown = [.. columns.Where(c => c != "value" || findings[0].TryGetProperty(c, out _))];
        var table = Table(shown);
        foreach (var finding in findings) table.AddRow([.. shown.Select(c => c == "type" && Cell(finding, c).Length == 0 ? "all types" : Cell(finding, c))]);
        console.Write(table);
    }
}
