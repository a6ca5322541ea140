namespace Cdp.Core.Audiences;

/// <summary>Definitions of a workspace as they are stored, by id in ordinal order.</summary>
/// <param name="Computed">The computed traits.</param>
/// <param name="Audiences">The audiences.</param>
public sealed record DefinitionSet(IReadOnlyDictionary<string, DefinitionSource> Computed, IReadOnlyDictionary<string, DefinitionSource> Audiences)
{
    /// <summary>No definitions.</summary>
    public static DefinitionSet Empty { get; } = new(new SortedDictionary<string, DefinitionSource>(), new SortedDictionary<string, DefinitionSource>());

    /// <summary>Compiles them together.</summary>
    /// <returns>The plan, or everything that is wrong.</returns>
    public CompiledPlan Compile() => AudiencePlan.Compile([.. Computed.Values], [.. Audiences.Values]);

    /// <summary>The same with one audience written.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="source">The definition.</param>
    /// <returns>The definitions.</returns>
    public DefinitionSet With(string id, DefinitionSource source) =>
        this with { Audiences = new SortedDictionary<string, DefinitionSource>(Audiences.ToDictionary(), StringComparer.Ordinal) { [id] = source } };

    /// <summary>Some audiences with all that they read, and nothing else: what judging only these needs.</summary>
    /// <param name="plan">The plan of all.</param>
    /// <param name="audiences">Ids of audiences of the plan.</param>
    /// <returns>The definitions, which compile.</returns>
    public DefinitionSet Only(AudiencePlan plan, IEnumerable<string> audiences)
    {
        ArgumentNullException.ThrowIfNull(plan);
        HashSet<string> needed = [], computed = [];
        var left = new Stack<string>(audiences);
        while (left.TryPop(out var id))
        {
            if (!needed.Add(id)) continue;
            var reads = plan.ReadsOf(plan.IndexOf(id));
            computed.UnionWith(reads.Computed);
            foreach (var inner in reads.Audiences) left.Push(inner);
        }

        return new(Those(Computed, computed), Those(Audiences, needed));
    }

    private static SortedDictionary<string, DefinitionSource> Those(IReadOnlyDictionary<string, DefinitionSource> all, HashSet<string> ids) =>
        new(all.Where(d => ids.Contains(d.Key)).ToDictionary(), StringComparer.Ordinal);
}
