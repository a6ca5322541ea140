using System.Collections.Frozen;

namespace Cdp.Core.Identity.Presets;

/// <summary>
/// PostHog: user ids and anonymous ids are one namespace, the distinct ids, told apart by case; nothing else is an identifier. The event's own id is the
/// target of a merge and survives, and its traits go before those of the source; a source that an identify or alias has identified already does not merge.
/// </summary>
internal static class PosthogPreset
{
    private const string DistinctId = "distinct_id";

    public static IdentityRules Rules { get; } = new()
    {
        Survivor = SurvivorRule.Target,
        TraitsOnMerge = MergedTraitRule.Survivor,
        MergeIdentified = false,
        IdentifiedByCall = true,
        MaxIdentifiersPerProfile = 100_000,
        Blocked = BlockedValues.Of(
            ["anonymous", "guest", "distinctid", "distinct_id", "id", "not_authenticated", "email", "undefined", "true", "false"],
            ["[object Object]", "NaN", "None", "none", "null", "0"],
            []),
        Types = ((IdentifierType[])
        [
            Type(DistinctId, 1),
            Type("user_id", 1) with { Namespace = DistinctId },
            Type("anonymous_id", 10) with { Namespace = DistinctId },
            .. IdentityRules.DefaultTypes.Where(t => t.Name is not ("user_id" or "anonymous_id")).Select(t => t with { IsUsed = false }),
        ]).ToFrozenDictionary(t => t.Name, StringComparer.Ordinal),
        Other = IdentityRules.Default.Other with { IsUsed = false },
    };

    private static IdentifierType Type(string name, int priority) =>
        new(name, IdentifierClass.Device, priority, 100_000, ConflictRule.Keep, ConflictRule.Keep);
}
