using Cdp.Core.Identity;
using Cdp.Core.Identity.Presets;

namespace Cdp.Api.Settings;

/// <summary>Reads a workspace's identity policy: a preset, and the knobs that differ from it.</summary>
internal static class IdentityReader
{
    /// <summary>Reads a policy.</summary>
    /// <param name="section">The section.</param>
    /// <param name="named">The preset that was named beside the section; null when none was.</param>
    /// <returns>The rules.</returns>
    public static IdentityRules Read(SectionReader section, string? named = null)
    {
        var preset = ReadPreset(section, named);
        var region = section.Text("DefaultRegion");
        if (region is not null && (region.Length != 2 || !region.All(char.IsAsciiLetterUpper)))
        {
            section.Complain("DefaultRegion", "expects a country code of two capital letters, such as AT.");
        }

        var rules = preset with
        {
            DefaultRegion = region,
            MaxIdentifiersPerProfile = section.Number("MaxIdentifiersPerProfile", preset.MaxIdentifiersPerProfile, 1, 100_000),
            OnFullProfile = section.Choice("OnFullProfile", preset.OnFullProfile),
            MaxIdentifiersPerMerge = ReadMaxPerMerge(section, preset),
            Survivor = section.Choice("Survivor", preset.Survivor),
            TraitsOnMerge = section.Choice("TraitsOnMerge", preset.TraitsOnMerge),
            MergeIdentified = section.Flag("MergeIdentified", preset.MergeIdentified),
            IdentifiedByCall = section.Flag("IdentifiedByCall", preset.IdentifiedByCall),
            Blocked = BlockedValuesReader.Read(section, preset.Blocked),
            Types = IdentifierTypeReader.Read(section, preset, out var other),
            Other = other,
            Traits = TraitRulesReader.Read(section, preset.Traits),
        };

        if (rules.IdentifiedByCall && rules.UserType == IdentifierNames.UserId)
            section.Complain("IdentifiedByCall", "is for where user ids share a namespace: set Types:user_id:Namespace as well.");

        // Identifiers are normalised by the rules that have just been read.
        rules = rules with
        {
            NeverMerge = new(IdentifierPairReader.Read(section, "NeverMerge", rules)),
            Links = new(IdentifierPairReader.Read(section, "Links", rules)),
        };
        section.Finish();
        return rules;
    }

    private static IdentityRules ReadPreset(SectionReader section, string? named)
    {
        var own = section.Text("Preset");
        if (own is not null && named is not null && !string.Equals(own, named, StringComparison.OrdinalIgnoreCase))
            section.Complain("Preset", "is another one than the preset that was named beside the policy.");
        if ((named ?? own) is not { } name) return IdentityRules.Default;
        if (IdentityPresets.Find(name) is { } preset) return preset;
        section.Complain("Preset", $"there is no preset \"{name}\". Known: {string.Join(", ", IdentityPresets.Names)}.");
        return IdentityRules.Default;
    }

    private static int? ReadMaxPerMerge(SectionReader section, IdentityRules preset)
    {
        if (section.Text("MaxIdentifiersPerMerge") is null) return preset.MaxIdentifiersPerMerge;
        return section.Number("MaxIdentifiersPerMerge", 1, 1, 100_000);
    }
}
