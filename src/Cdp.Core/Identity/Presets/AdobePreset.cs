using System.Collections.Frozen;

namespace Cdp.Core.Identity.Presets;

/// <summary>
/// Adobe's identity graph linking rules: person id and e-mail are unique in a graph, and where two would meet the newest link wins: what ties them
/// together moves, and an older value of a unique e-mail leaves. At most 50 identities; partner ids, then cookies, then devices, then persons leave first.
/// </summary>
internal static class AdobePreset
{
    public static IdentityRules Rules { get; } = new()
    {
        MaxIdentifiersPerProfile = 50,
        OnFullProfile = FullProfileRule.EvictByClass,
        Blocked = BlockedValues.Of(["null", "anonymous", "invalid"], [], []),
        Types = ((IdentifierType[])
        [
            Type("user_id", IdentifierClass.Person, 1) with { MaxPerProfile = 1 },
            Type("crm_id", IdentifierClass.Person, 2) with { MaxPerProfile = 1 },
            Type("email", IdentifierClass.Person, 3) with { MaxPerProfile = 1, OnLimit = LimitRule.EvictOldest, Normalizer = Normalizer.Email },
            Type("phone", IdentifierClass.Person, 4) with { Normalizer = Normalizer.Phone },
            Type("device_id", IdentifierClass.Device, 10),
            Type("idfa", IdentifierClass.Device, 10),
            Type("gaid", IdentifierClass.Device, 10),
            Type("anonymous_id", IdentifierClass.Device, 11),
        ]).ToFrozenDictionary(t => t.Name, StringComparer.Ordinal),
        Other = Type("*", IdentifierClass.Person, 5),
    };

    private static IdentifierType Type(string name, IdentifierClass kind, int priority) => new(name, kind, priority, 50, ConflictRule.Move, ConflictRule.Move);
}
