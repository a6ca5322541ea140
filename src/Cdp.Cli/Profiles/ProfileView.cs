using System.Text.Json;
using Spectre.Console;
using static Cdp.Cli.Shell.JsonTables;

namespace Cdp.Cli.Profiles;

/// <summary>A profile for people to read.</summary>
internal static class ProfileView
{
    public static void Write(IAnsiConsole console, JsonElement profile)
    {
        var heads = Table("profile", "");
        foreach (var name in new[] { "id", "workspace", "version", "identified", "createdAt", "updatedAt", "lastSeenAt" }) Row(heads, profile, name);
        foreach (var name in new[] { "mergedIds", "audiences", "consent" }) if (HasContent(profile, name)) Row(heads, profile, name);
        console.Write(heads);
        WriteIdentifiers(console, profile);
        WriteMembers(console, profile, "traits", "trait");
        WriteMembers(console, profile, "computed", "computed");
        WriteProvenance(console, profile);
        if (profile.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Array) WriteEvents(console, events);
    }

    private static void WriteIdentifiers(IAnsiConsole console, JsonElement profile)
    {
        if (!HasContent(profile, "identifiers")) return;
        var table = Table("identifier", "value", "linked", "last seen", "source");
        foreach (var item in profile.GetProperty("identifiers").EnumerateArray())
        {
            table.AddRow(Cell(item, "type"), Cell(item, "value"), Cell(item, "linkedAt"), Cell(item, "lastSeenAt"), Cell(item, "source"));
        }

        console.Write(table);
    }

    private static void WriteMembers(IAnsiConsole console, JsonElement profile, string name, string title)
    {
        if (!HasContent(profile, name) || profile.GetProperty(name).ValueKind != JsonValueKind.Object) return;
        var table = Table(title, "value");
        foreach (var member in profile.GetProperty(name).EnumerateObject().Where(m => HasContent(m.Value)))
        {
            table.AddRow(Escape(member.Name), Escape(Text(member.Value)));
        }

        console.Write(table);
    }

    private static void WriteProvenance(IAnsiConsole console, JsonElement profile)
    {
        if (!HasContent(profile, "provenance") || profile.GetProperty("provenance").ValueKind != JsonValueKind.Object) return;
        var table = Table("trait", "source", "time", "message");
        foreach (var (name, from) in profile.GetProperty("provenance").EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Object).Select(m => (m.Name, m.Value)))
        {
            table.AddRow(Escape(name), Cell(from, "source"), Cell(from, "timestamp"), Cell(from, "messageId"));
        }

        console.Write(table);
    }

    private static void WriteEvents(IAnsiConsole console, JsonElement events)
    {
        var table = Table("time", "type", "name", "source");
        foreach (var item in events.EnumerateArray()) table.AddRow(Cell(item, "timestamp"), Cell(item, "type"), Cell(item, "name"), Cell(item, "source"));
        console.Write(table);
    }
}
