using Cdp.Core.Identity.Planning;

namespace Cdp.Core.Identity;

/// <summary>
/// Decides what one event does to identities: a pure function of the event, the rules and the present owners (design.md section 6). Decisions are
/// recorded in the journal and never computed again.
/// </summary>
public static class IdentityPolicy
{
    /// <summary>Plans one event.</summary>
    /// <param name="rules">The workspace's rules.</param>
    /// <param name="e">The event.</param>
    /// <param name="candidates">Its own identifiers, strongest first, at least one; then those of manual links, then that of an alias.</param>
    /// <returns>
    /// The plan. The target always ends up owning at least one of the event's own identifiers: the strongest one that may decide, which is the first
    /// unless its type demands a trusted key.
    /// </returns>
    public static IdentityPlan Plan(IdentityRules rules, PolicyEvent e, IReadOnlyList<Candidate> candidates) =>
        new PlanMaker(rules, e, candidates).Make();

    /// <summary>
    /// Whether two customers must never become one, nor give each other an identifier, whatever the rules say.
    /// </summary>
    /// <param name="rules">The workspace's rules.</param>
    /// <param name="a">One customer.</param>
    /// <param name="b">The other.</param>
    /// <returns>True when a never-merge pair of the rules or a split stands between them.</returns>
    internal static bool IsBarred(IdentityRules rules, CustomerFacts a, CustomerFacts b)
    {
        if (a.IsBarredFrom(b)) return true;
        if (rules.NeverMerge.IsEmpty) return false;
        foreach (var owned in a.Identifiers)
        {
            foreach (var other in rules.NeverMerge.Of(owned.Identifier))
            {
                if (b.Identifiers.Any(o => o.Identifier == other)) return true;
            }
        }

        return false;
    }

    internal static bool IsIdentified(IdentityRules rules, CustomerFacts facts) =>
        rules.IdentifiedByCall ? facts.WasIdentified : facts.CountByType.Any(c => c.Value > 0 && rules.TypeOf(c.Key).Class == IdentifierClass.Person);
}
