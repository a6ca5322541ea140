using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using static Cdp.Cli.Shell.JsonTables;

namespace Cdp.Cli.Identity;

/// <summary>A simulation for people to read. Profiles have short names here, as their ids are made up.</summary>
internal static class SimulationView
{
    public static void Write(IAnsiConsole console, JsonElement answer)
    {
        var profiles = answer.GetProperty("profiles").EnumerateArray().ToArray();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (i, profile) in profiles.Index())
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"P{i + 1}");
            names[Plain(profile, "id")] = name;
            foreach (var merged in profile.GetProperty("mergedIds").EnumerateArray()) names.TryAdd(merged.GetString()!, name);
        }

        WriteOutcomes(console, answer.GetProperty("outcomes"), names);
        WriteProfiles(console, profiles, names);
    }

    private static void WriteOutcomes(IAnsiConsole console, JsonElement outcomes, Dictionary<string, string> names)
    {
        var table = Table("event", "message id", "outcome", "profile", "reasons");
        var number = 0;
        foreach (var outcome in outcomes.EnumerateArray())
        {
            var reasons = outcome.GetProperty("reasons").EnumerateArray().Select(r => $"{Cell(r, "code")} {Cell(r, "identifier")}".TrimEnd());
            table.AddRow(
                (++number).ToString(CultureInfo.InvariantCulture), Cell(outcome, "messageId"), Cell(outcome, "outcome"),
                names.GetValueOrDefault(Plain(outcome, "profileId"), ""), string.Join('\n', reasons));
        }

        console.Write(table);
    }

    private static void WriteProfiles(IAnsiConsole console, JsonElement[] profiles, Dictionary<string, string> names)
    {
        var table = Table("profile", "identifiers", "events", "traits");
        foreach (var profile in profiles)
        {
            var identifiers = profile.GetProperty("identifiers").EnumerateArray()
                .Select(i => $"{Cell(i, "type")}:{Cell(i, "value")}{(i.TryGetProperty("shared", out _) ? " (shared)" : "")}");
            var traits = profile.GetProperty("traits").EnumerateObject().Select(t => $"{Escape(t.Name)}={Escape(Text(t.Value))}");
            table.AddRow(names[Plain(profile, "id")], string.Join('\n', identifiers), Cell(profile.GetProperty("computed"), "eventCount"), string.Join('\n', traits));
        }

        console.Write(table);
    }
}
