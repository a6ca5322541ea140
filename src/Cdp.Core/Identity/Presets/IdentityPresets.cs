namespace Cdp.Core.Identity.Presets;

/// <summary>The presets by name: whole policies that a workspace's own settings change further.</summary>
public static class IdentityPresets
{
    /// <summary>The preset of a workspace that names none.</summary>
    public const string Default = "default";

    private static readonly Dictionary<string, IdentityRules> s_all = new(StringComparer.OrdinalIgnoreCase)
    {
        [Default] = IdentityRules.Default,
        ["segment"] = SegmentPreset.Rules,
        ["posthog"] = PosthogPreset.Rules,
        ["adobe"] = AdobePreset.Rules,
        ["snowplow"] = SnowplowPreset.Rules,
        ["mixpanel"] = MixpanelPreset.Rules,
    };

    /// <summary>All names.</summary>
    public static IReadOnlyCollection<string> Names => s_all.Keys;

    /// <summary>Finds a preset.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>The rules, null when there is no such preset.</returns>
    public static IdentityRules? Find(string name) => s_all.GetValueOrDefault(name);
}
