namespace Cdp.Core.Traits;

/// <summary>Which of the values that were written to a trait a profile shows.</summary>
public enum TraitResolve
{
    /// <summary>The latest by event time.</summary>
    Latest,

    /// <summary>The earliest by event time.</summary>
    First,

    /// <summary>The largest, see <see cref="TraitOrder"/>.</summary>
    Max,

    /// <summary>The smallest, see <see cref="TraitOrder"/>.</summary>
    Min,

    /// <summary>The exact sum of the numbers.</summary>
    Sum,

    /// <summary>A list of all values, of lists their elements; each once.</summary>
    Union,

    /// <summary>That of the most trusted source, of the same source the latest.</summary>
    SourcePriority,
}

/// <summary>How the values of one trait are resolved. Immutable.</summary>
/// <param name="Resolve">Which value is shown.</param>
/// <param name="IgnoreEmpty">True when null, <c>""</c> and <c>[]</c> are no writes at all.</param>
public sealed record TraitRule(TraitResolve Resolve, bool IgnoreEmpty = false)
{
    /// <summary>For <see cref="TraitResolve.SourcePriority"/>: names of sources, most trusted first; the others come after them. Empty for the keys' own priorities.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>True when it is what happens without a rule.</summary>
    internal bool IsPlain => Resolve == TraitResolve.Latest && !IgnoreEmpty;

    /// <summary>How much a source is trusted.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="priority">The priority of its key.</param>
    /// <returns>The rank; higher wins.</returns>
    public int Rank(string source, int priority)
    {
        if (Sources.Count == 0) return priority;
        for (var i = 0; i < Sources.Count; i++)
        {
            if (Sources[i] == source) return Sources.Count - i;
        }

        return 0;
    }

    /// <inheritdoc/>
    public bool Equals(TraitRule? other) => other is not null && Resolve == other.Resolve && IgnoreEmpty == other.IgnoreEmpty && Sources.SequenceEqual(other.Sources);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Resolve, IgnoreEmpty, Sources.Count);
}
