namespace Cdp.Core.Identity;

/// <summary>Collects the identifiers of one event: normalises each, drops repeats, remembers what is left out and why.</summary>
/// <param name="rules">The workspace's rules.</param>
internal sealed class IdentifierSet(IdentityRules rules)
{
    /// <summary>From here on a set looks for repeats: an event of 32 KB can carry more than a thousand external ids.</summary>
    private const int ManyItems = 16;

    private readonly List<Identifier> kept = new(4);

    // What each came as: in a shared namespace the identifier itself does not say it.
    private readonly List<int> priorities = new(4);
    private bool hasUserId;
    private List<Reason>? leftOut;
    private HashSet<Identifier>? manyKept;
    private HashSet<Reason>? manyLeftOut;

    /// <summary>What was left out, in the order of its arrival.</summary>
    public IReadOnlyList<Reason> LeftOut => leftOut is null ? [] : leftOut.ToArray();

    /// <summary>Whether nothing is left.</summary>
    public bool IsEmpty => kept.Count == 0;

    /// <summary>Adds a raw value.</summary>
    public void Add(string type, string value)
    {
        if (!IdentifierNormalizer.TryNormalize(rules, type, value, out var identifier, out var reason))
        {
            Leave(reason!);
            return;
        }

        hasUserId |= type == IdentifierNames.UserId;
        if (AddOnce(kept, ref manyKept, identifier)) priorities.Add(PriorityOf(type, identifier));
        else if (identifier.Type != type && kept.IndexOf(identifier) is >= 0 and var at) priorities[at] = Math.Min(priorities[at], PriorityOf(type, identifier));
    }

    /// <summary>Notes one that cannot even be normalised.</summary>
    public void Leave(Reason reason) => AddOnce(leftOut ??= [], ref manyLeftOut, reason);

    /// <summary>Whether a user id is among the identifiers.</summary>
    public bool HasUserId => hasUserId;

    /// <summary>The identifiers, strongest first: priority, then type, then value.</summary>
    public Identifier[] ToSorted()
    {
        var sorted = kept.ToArray();
        if (sorted.Length > 1)
        {
            var ranks = new (int Priority, Identifier Identifier)[sorted.Length];
            for (var i = 0; i < ranks.Length; i++) ranks[i] = (priorities[i], sorted[i]);
            Array.Sort(ranks, sorted);
        }

        return sorted;
    }

    private int PriorityOf(string type, Identifier identifier) =>
        rules.TypeOf(IdentifierNames.TryNormalize(type, out var name) ? name : identifier.Type).Priority;

    private static bool AddOnce<T>(List<T> list, ref HashSet<T>? many, T item)
    {
        if (list.Count < ManyItems ? list.Contains(item) : !(many ??= [.. list]).Add(item)) return false;
        list.Add(item);
        return true;
    }
}
