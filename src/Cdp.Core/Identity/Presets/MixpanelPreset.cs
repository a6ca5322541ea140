using System.Collections.Frozen;

namespace Cdp.Core.Identity.Presets;

/// <summary>
/// Mixpanel's simplified ID merge: the first user on a device keeps it, two users never merge, and at most 500 ids are one person. Only user ids and
/// anonymous ids are identifiers.
/// </summary>
internal static class MixpanelPreset
{
    public static IdentityRules Rules { get; } = new()
    {
        MergeIdentified = false,
        MaxIdentifiersPerProfile = 500,
        Types = IdentityRules.DefaultTypes
            .Select(t => t.Name switch
            {
                "user_id" => t,
                "anonymous_id" => t with { MaxPerProfile = 500, OnConflict = ConflictRule.Keep, OnConflictTrusted = ConflictRule.Keep },
                _ => t with { IsUsed = false },
            })
            .ToFrozenDictionary(t => t.Name, StringComparer.Ordinal),
        Other = IdentityRules.Default.Other with { IsUsed = false },
    };
}
