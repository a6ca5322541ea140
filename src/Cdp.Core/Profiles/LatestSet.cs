namespace Cdp.Core.Profiles;

/// <summary>
/// The most recently seen keys with a value each, at most <see cref="Capacity"/>. Joining two sets is commutative, associative and idempotent: a key
/// that falls out is dominated by enough others whose times only grow. That is why no first-seen time is kept here.
/// </summary>
/// <typeparam name="T">The value's type; a record, so that equal values are equal.</typeparam>
public sealed class LatestSet<T> where T : notnull
{
    private readonly List<Entry> _entries;

    /// <summary>Makes an empty set.</summary>
    /// <param name="capacity">At most so many keys.</param>
    public LatestSet(int capacity) : this(capacity, []) { }

    private LatestSet(int capacity, List<Entry> entries) => (Capacity, _entries) = (capacity, entries);

    /// <summary>One key.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="LastSeenMs">Unix milliseconds, the latest event time.</param>
    /// <param name="Value">The value seen then.</param>
    public readonly record struct Entry(string Key, long LastSeenMs, T Value);

    /// <summary>At most so many keys.</summary>
    public int Capacity { get; }

    /// <summary>The keys, latest first; ties by key.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Notes that a key was seen.</summary>
    /// <param name="key">The key.</param>
    /// <param name="seenMs">Unix milliseconds of the event.</param>
    /// <param name="value">The value seen.</param>
    public void Add(string key, long seenMs, T value)
    {
        // The common case first: the same device as last time.
        if (_entries.Count > 0 && _entries[0].Key == key && seenMs > _entries[0].LastSeenMs)
        {
            _entries[0] = new Entry(key, seenMs, value);
            return;
        }

        Insert(new Entry(key, seenMs, value));
    }

    /// <summary>The union of two sets, cut to the capacity of the first.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>A new set.</returns>
    public static LatestSet<T> Union(LatestSet<T> left, LatestSet<T> right)
    {
        var union = new LatestSet<T>(left.Capacity, [.. left._entries]);
        foreach (var entry in right._entries) union.Insert(entry);
        return union;
    }

    private static int Compare(Entry left, Entry right)
    {
        var byTime = right.LastSeenMs.CompareTo(left.LastSeenMs);
        return byTime != 0 ? byTime : string.CompareOrdinal(left.Key, right.Key);
    }

    private void Insert(Entry entry)
    {
        var present = _entries.FindIndex(e => e.Key == entry.Key);
        if (present >= 0)
        {
            var old = _entries[present];
            if (old.LastSeenMs > entry.LastSeenMs) return;
            if (old == entry) return;
            // The same key at the same time with two values: the text decides, so that the order of arrival does not.
            if (old.LastSeenMs == entry.LastSeenMs && string.CompareOrdinal(old.Value.ToString(), entry.Value.ToString()) >= 0) return;
            _entries.RemoveAt(present);
        }

        var at = _entries.FindIndex(e => Compare(entry, e) < 0);
        if (at < 0) at = _entries.Count;
        if (at >= Capacity) return;
        _entries.Insert(at, entry);
        if (_entries.Count > Capacity) _entries.RemoveAt(Capacity);
    }
}
