using System.Collections.Frozen;

namespace Cdp.Core.Identity;

/// <summary>Pairs of identifiers, in both directions. Immutable.</summary>
public sealed class IdentifierPairs
{
    private readonly FrozenDictionary<Identifier, Identifier[]> _others;

    /// <summary>Makes the pairs.</summary>
    /// <param name="pairs">Two different identifiers each; repeats change nothing.</param>
    public IdentifierPairs(IEnumerable<(Identifier Left, Identifier Right)> pairs) => _others = pairs
        .SelectMany(p => ((Identifier Of, Identifier Other)[])[(p.Left, p.Right), (p.Right, p.Left)])
        .GroupBy(p => p.Of, p => p.Other)
        .ToFrozenDictionary(g => g.Key, g => g.Distinct().ToArray());

    /// <summary>No pairs.</summary>
    public static IdentifierPairs None { get; } = new([]);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _others.Count == 0;

    /// <summary>All identifiers that stand in a pair.</summary>
    public IEnumerable<Identifier> Identifiers => _others.Keys;

    /// <summary>The identifiers that an identifier is paired with.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <returns>Those, empty when there are none.</returns>
    public IReadOnlyList<Identifier> Of(Identifier identifier) => _others.TryGetValue(identifier, out var others) ? others : [];
}

/// <summary>Groups of identifiers: what is linked to what, directly or over others. Immutable.</summary>
public sealed class IdentifierGroups
{
    private readonly FrozenDictionary<Identifier, Identifier[]> _partners;

    /// <summary>Makes the groups out of links.</summary>
    /// <param name="links">Two different identifiers each.</param>
    public IdentifierGroups(IEnumerable<(Identifier Left, Identifier Right)> links)
    {
        var groups = new Dictionary<Identifier, HashSet<Identifier>>();
        foreach (var (left, right) in links)
        {
            var joined = groups.TryGetValue(left, out var mine) ? mine : [left];
            joined.UnionWith(groups.TryGetValue(right, out var theirs) ? theirs : [right]);
            foreach (var member in joined) groups[member] = joined;
        }

        _partners = groups.ToFrozenDictionary(g => g.Key, g => g.Value.Where(i => i != g.Key).Order().ToArray());
    }

    /// <summary>No groups.</summary>
    public static IdentifierGroups None { get; } = new([]);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _partners.Count == 0;

    /// <summary>All identifiers of groups.</summary>
    public IEnumerable<Identifier> Identifiers => _partners.Keys;

    /// <summary>The other identifiers of an identifier's group, in their order.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <returns>Those, empty when it is in no group.</returns>
    public IReadOnlyList<Identifier> Of(Identifier identifier) => _partners.TryGetValue(identifier, out var partners) ? partners : [];
}
