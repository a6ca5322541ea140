using System.Collections.Frozen;

namespace Cdp.Core.Identity.Presets;

/// <summary>
/// Segment Unify: one user id ever, five of everything else, and ids that are not known yet are registered with that limit, in alphabetical order behind
/// user id and e-mail. An identifier whose owner must not join is left out of the event and stays where it is.
/// </summary>
internal static class SegmentPreset
{
    public static IdentityRules Rules { get; } = new()
    {
        Blocked = BlockedValues.Of([], ["-1", "null", "anonymous"], [], zeros: true),
        Types = ((IdentifierType[])
        [
            Type("user_id", IdentifierClass.Person, 1) with { MaxPerProfile = 1 },
            Type("email", IdentifierClass.Person, 2) with { Normalizer = Normalizer.Email },
            Type("phone", IdentifierClass.Person, 10) with { Normalizer = Normalizer.Phone },
            Type("anonymous_id", IdentifierClass.Device, 10),
            Type("device_id", IdentifierClass.Device, 10),
            Type("idfa", IdentifierClass.Device, 10),
            Type("gaid", IdentifierClass.Device, 10),
            Type("ga_client_id", IdentifierClass.Device, 10),
            Type("android.id", IdentifierClass.Device, 10),
            Type("android.idfa", IdentifierClass.Device, 10),
            Type("android.push_token", IdentifierClass.Device, 10),
            Type("ios.id", IdentifierClass.Device, 10),
            Type("ios.idfa", IdentifierClass.Device, 10),
            Type("ios.push_token", IdentifierClass.Device, 10),
        ]).ToFrozenDictionary(t => t.Name, StringComparer.Ordinal),
        Other = Type("*", IdentifierClass.Person, 10),
    };

    private static IdentifierType Type(string name, IdentifierClass kind, int priority) => new(name, kind, priority, 5, ConflictRule.Keep, ConflictRule.Keep);
}
