using System.Collections.Frozen;
using Cdp.Core.Identity;
using Microsoft.Extensions.Configuration;

namespace Cdp.Api.Settings;

/// <summary>Reads a workspace's identity policy.</summary>
internal static class IdentityReader
{
    public static IdentityRules Read(SectionReader section)
    {
        var rules = IdentityRules.Default;
        var preset = section.Text("Preset") ?? SettingsDefaults.Preset;
        if (preset != SettingsDefaults.Preset) section.Complain("Preset", $"there is no preset \"{preset}\" yet. Known: {SettingsDefaults.Preset}.");

        var region = section.Text("DefaultRegion");
        if (region is not null && (region.Length != 2 || !region.All(char.IsAsciiLetterUpper)))
        {
            section.Complain("DefaultRegion", "expects a country code of two capital letters, such as AT.");
        }

        var compiled = new IdentityRules
        {
            DefaultRegion = region,
            MaxIdentifiersPerProfile = section.Number("MaxIdentifiersPerProfile", rules.MaxIdentifiersPerProfile, 1, 100_000),
            Blocked = ReadBlocked(section),
            Types = ReadTypes(section, rules),
            Traits = TraitRulesReader.Read(section, rules.Traits),
        };
        section.Finish();
        return compiled;
    }

    private static BlockedValues ReadBlocked(SectionReader section)
    {
        var patterns = new List<string>();
        foreach (var element in section.Elements("BlockedValues"))
        {
            if (IsPattern(element.Value)) patterns.Add(element.Value!);
            else section.Complain("BlockedValues:" + element.Key, "expects a regular expression without back-references and look-arounds.");
        }

        return patterns.Count == 0 ? BlockedValues.BuiltIn : new BlockedValues(patterns);
    }

    private static bool IsPattern(string? text)
    {
        if (string.IsNullOrEmpty(text)) return false;
        try
        {
            _ = new BlockedValues([text]);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static FrozenDictionary<string, IdentifierType> ReadTypes(SectionReader section, IdentityRules rules)
    {
        var types = rules.Types.ToDictionary(StringComparer.Ordinal);
        foreach (var member in section.Members("Types")) types[member.Key] = ReadType(section.Of(member), member, rules);
        return types.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static IdentifierType ReadType(SectionReader section, IConfigurationSection member, IdentityRules rules)
    {
        var type = rules.TypeOf(member.Key);
        if (member.Key.Length > 64 || !member.Key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_'))
        {
            section.Complain("", "a type's name is at most 64 lower-case letters, digits and _.");
        }

        var onConflict = Choice(section, "OnConflict", type.OnConflict);
        var read = new IdentifierType(
            member.Key,
            Choice(section, "Class", type.Class),
            section.Number("Priority", type.Priority, 1, 1_000),
            section.Number("MaxPerProfile", type.MaxPerProfile, 1, 100_000),
            onConflict,
            Choice(section, "OnConflictTrusted", section.Text("OnConflict") is null ? type.OnConflictTrusted : onConflict));
        section.Finish();
        return read;
    }

    private static T Choice<T>(SectionReader section, string name, T fallback)
        where T : struct, Enum
    {
        if (section.Text(name) is not { } text) return fallback;
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase)) return value;
        }

        section.Complain(name, $"expects one of {string.Join(", ", Enum.GetNames<T>())}.");
        return fallback;
    }
}
