using Cdp.Core.Audiences.State;

namespace Cdp.Core.Audiences.Rules;

/// <summary>A compiled rule: a question about one profile at one moment.</summary>
internal abstract class Rule
{
    /// <summary>Answers it.</summary>
    public abstract Verdict Judge(ref Judging judging);

    /// <summary>Says what it reads, so that it is judged again only when some of that has changed.</summary>
    public abstract void Describe(RuleReads reads);

    /// <summary>Finds what it refers to by name.</summary>
    public virtual void Link(RuleLinks links)
    {
    }
}

/// <summary>What a rule reads.</summary>
internal sealed class RuleReads
{
    public SortedSet<string> Traits { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Computed { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Events { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> IdentifierTypes { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Purposes { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Audiences { get; } = new(StringComparer.Ordinal);

    public bool Position { get; set; }

    public List<Accumulator> Accumulators { get; } = [];

    public void Add(Accumulator accumulator)
    {
        Accumulators.Add(accumulator);
        foreach (var selector in accumulator.Selectors) Events.Add(selector.Name ?? "*");
    }
}
