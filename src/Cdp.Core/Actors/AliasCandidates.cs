using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Core.Actors;

/// <summary>What the previous id of an alias call may be known as: any type, and an anonymous id when it is known as none.</summary>
internal static class AliasCandidates
{
    public const string UnknownType = "anonymous_id";

    /// <summary>The identifiers that the previous id may stand for, strongest first.</summary>
    public static IEnumerable<Identifier> Of(IdentityRules rules, CustomerEvent e)
    {
        if (e.PreviousId is not { } previous) yield break;
        foreach (var type in rules.Types.Values.OrderBy(t => t.Priority).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            if (IdentifierNormalizer.TryNormalize(rules, type.Name, previous, out var identifier, out _)) yield return identifier;
        }
    }

    /// <summary>Whether the alias names the very id that it is for: some SDKs send that after an identify, and it means nothing.</summary>
    public static bool IsSelf(CustomerEvent e) =>
        e.PreviousId is { } previous && e.Identifiers.Any(i => i.Type == "user_id" && i.Value == previous);
}
