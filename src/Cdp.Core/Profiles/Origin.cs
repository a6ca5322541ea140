namespace Cdp.Core.Profiles;

/// <summary>Where a value came from, and so which of two values wins (design.md section 4). Shared by all values of one event. Immutable.</summary>
/// <param name="OrderMs">Unix milliseconds: event time, capped at the arrival.</param>
/// <param name="Priority">The source's priority; higher wins at equal times.</param>
/// <param name="MessageId">The event or API call that wrote it; breaks the remaining ties, ordinally.</param>
/// <param name="Source">The source's name.</param>
public sealed record Origin(long OrderMs, int Priority, string MessageId, string Source) : IComparable<Origin>
{
    /// <summary>Orders by time, then source priority, then message id: total, and the same on every machine.</summary>
    /// <param name="other">What to compare with.</param>
    /// <returns>Above zero when this one wins.</returns>
    public int CompareTo(Origin? other)
    {
        if (other is null) return 1;
        var byTime = OrderMs.CompareTo(other.OrderMs);
        if (byTime != 0) return byTime;
        var byPriority = Priority.CompareTo(other.Priority);
        return byPriority != 0 ? byPriority : string.CompareOrdinal(MessageId, other.MessageId);
    }
#pragma warning disable CS1591 // The comparison operators say what their names say.
    public static bool operator <(Origin left, Origin right) => left.CompareTo(right) < 0;
    public static bool operator <=(Origin left, Origin right) => left.CompareTo(right) <= 0;
    public static bool operator >(Origin left, Origin right) => left.CompareTo(right) > 0;
    public static bool operator >=(Origin left, Origin right) => left.CompareTo(right) >= 0;
#pragma warning restore CS1591
}
