using System.Collections.Frozen;

namespace Cdp.Core.Identity.Presets;

/// <summary>
/// Snowplow Identities: user ids are unique and block merges; a device that a second user turns up on is linked to both, and what comes by the device
/// alone goes to a third profile. The older profile survives a merge.
/// </summary>
internal static class SnowplowPreset
{
    public static IdentityRules Rules { get; } = new()
    {
        Types = IdentityRules.DefaultTypes
            .Select(t => t.Class == IdentifierClass.Device ? t with { OnConflict = ConflictRule.Share, OnConflictTrusted = ConflictRule.Share } : t)
            .ToFrozenDictionary(t => t.Name, StringComparer.Ordinal),
    };
}
