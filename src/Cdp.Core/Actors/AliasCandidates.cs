using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Core.Actors;

/// <summary>What the previous id of an alias call may be known as: any type, and an anonymous id when it is known as none.</summary>
internal static class AliasCandidates
{
    /// <summary>The type that a previous id is of which is known as none.</summary>
    public static string UnknownType(IdentityRules rules) => rules.StoredAs(IdentifierNames.AnonymousId);

    /// <summary>The identifiers that the previous id may stand for, strongest first.</summary>
    public static IEnumerable<Identifier> Of(IdentityRules rules, CustomerEvent e)
    {
        if (e.PreviousId is not { } previous) yield break;
        HashSet<Identifier>? seen = null;
        foreach (var type in rules.Types.Values.OrderBy(t => t.Priority).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            // Types of one namespace are one identifier.
            if (IdentifierNormalizer.TryNormalize(rules, type.Name, previous, out var identifier, out _) && (seen ??= []).Add(identifier))
                yield return identifier;
        }
    }

    /// <summary>Whether the alias names the very id that it is for: some SDKs send that after an identify, and it means nothing.</summary>
    public static bool IsSelf(IdentityRules rules, CustomerEvent e) =>
        e.PreviousId is { } previous
        && IdentifierNormalizer.TryNormalize(rules, IdentifierNames.UserId, previous, out var identifier, out _)
        && e.Identifiers.Contains(identifier);
}
