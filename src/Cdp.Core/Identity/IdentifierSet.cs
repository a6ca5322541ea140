namespace Cdp.Core.Identity;

/// <summary>Collects the identifiers of one event: normalises each, drops repeats, remembers what is left out and why.</summary>
/// <param name="rules">The workspace's rules.</param>
internal sealed class IdentifierSet(IdentityRules rules)
{
    /// <summary>From here on a set looks for repeats: an event of 32 KB can carry more than a thousand external ids.</summary>
    private const int ManyItems = 16;

    private readonly List<Identifier> kept = new(4);
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
            Leave(reason!);
        else
            AddOnce(kept, ref manyKept, identifier);
    }

    /// <summary>Notes one that cannot even be normalised.</summary>
    public void Leave(Reason reason) => AddOnce(leftOut ??= [], ref manyLeftOut, reason);

    /// <summary>Whether a type is among the identifiers.</summary>
    public bool Has(string type) => kept.Exists(i => i.Type == type);

    /// <summary>The identifiers, strongest first: priority, then type, then value.</summary>
    public Identifier[] ToSorted()
    {
        var sorted = kept.ToArray();
        if (sorted.Length > 1)
        {
            Array.Sort(sorted, (a, b) =>
            {
                var byPriority = rules.TypeOf(a.Type).Priority.CompareTo(rules.TypeOf(b.Type).Priority);
                return byPriority != 0 ? byPriority : a.CompareTo(b);
            });
        }

        return sorted;
    }

    private static void AddOnce<T>(List<T> list, ref HashSet<T>? many, T item)
    {
        if (list.Count < ManyItems ? !list.Contains(item) : (many ??= [.. list]).Add(item))
            list.Add(item);
    }
}
