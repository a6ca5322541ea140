using Cdp.Core.Identity;

namespace Cdp.Core.Activation.State;

/// <summary>
/// What a customer's triggers remember: sends that caps count, recent decisions, and on which side of their values computed traits stand. It is kept by part, as the profile is, so that a merge
/// counts each send once and a split gives each part its own back. A fold of <see cref="DecidedActions"/>. Immutable.
/// </summary>
public sealed class ActivationState
{
    private static readonly Dictionary<string, bool> NoCrossings = [];

    internal ActivationState(ActivationPart[] parts, IReadOnlyDictionary<string, bool> crossings) => (Parts, Crossings) = (parts, crossings);

    /// <summary>The state of a customer for whom nothing was decided.</summary>
    public static ActivationState Empty { get; } = new([], NoCrossings);

    /// <summary>Whether nothing has to be kept.</summary>
    public bool IsEmpty => Parts.Length == 0 && Crossings.Count == 0;

    /// <summary>The parts in the order of their streams.</summary>
    internal ActivationPart[] Parts { get; }

    /// <summary>By crossing (see <see cref="TriggerPlan.Crossings"/>), whether the computed trait was beyond the value when it was last looked at.</summary>
    internal IReadOnlyDictionary<string, bool> Crossings { get; }

    /// <summary>Takes in what was decided.</summary>
    /// <param name="record">The decisions.</param>
    /// <returns>The state from then on.</returns>
    public ActivationState With(DecidedActions record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var parts = Parts;
        foreach (var group in record.Decisions.GroupBy(d => d.Part))
        {
            var at = Array.FindIndex(parts, p => p.Stream == group.Key);
            var part = (at < 0 ? ActivationPart.Empty(group.Key) : parts[at]).With([.. group]);
            parts = at < 0 ? [.. parts.Append(part).OrderBy(p => p.Stream)] : [.. parts[..at], part, .. parts[(at + 1)..]];
        }

        return new(parts, Written(record.Crossings));
    }

    /// <summary>
    /// The state after two profiles became one: all parts of both. Of a part that both have, the copy that took in more counts. Commutative, associative and idempotent. On which side
    /// computed traits stand is forgotten: two histories put together cross nothing, so it has to be looked at anew (<see cref="ActivationPolicy.Observe"/>).
    /// </summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The state of both.</returns>
    public static ActivationState Join(ActivationState left, ActivationState right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new([.. left.Parts.Concat(right.Parts).GroupBy(p => p.Stream).Select(g => g.MaxBy(p => p.Count)!).OrderBy(p => p.Stream)], NoCrossings);
    }

    /// <summary>The state of those who keep some parts after a split. On which side computed traits stand is forgotten, as after a merge.</summary>
    /// <param name="streams">The parts.</param>
    /// <returns>Their state.</returns>
    public ActivationState Only(IReadOnlyCollection<CustomerId> streams) => new([.. Parts.Where(p => streams.Contains(p.Stream))], NoCrossings);

    internal ActivationState WithCrossings(IReadOnlyDictionary<string, bool> crossings) => new(Parts, Written(crossings));

    internal bool Remembers(ulong key)
    {
        foreach (var part in Parts)
        {
            if (Array.IndexOf(part.Recent, key) >= 0) return true;
        }

        return false;
    }

    private IReadOnlyDictionary<string, bool> Written(IReadOnlyDictionary<string, bool> crossings)
    {
        if (crossings.Count == 0) return Crossings;
        var all = new Dictionary<string, bool>(Crossings, StringComparer.Ordinal);
        foreach (var (name, isBeyond) in crossings) all[name] = isBeyond;
        return all;
    }
}
