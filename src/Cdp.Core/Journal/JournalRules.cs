namespace Cdp.Core.Journal;

/// <summary>What every journal demands of its callers, so that all of them refuse the same mistakes in the same way.</summary>
public static class JournalRules
{
    /// <summary>The largest page of the HTTP contract and one more event, which tells whether there is a next page.</summary>
    public const int MaxTimelineLimit = 1_001;

    /// <summary>The most audiences of one overlap: 65,535 combinations.</summary>
    public const int MaxOverlap = 16;

    /// <summary>Milliseconds of an hour, the step of the sizes' history.</summary>
    public const long HourMs = 3_600_000;

    /// <summary>Whether a stream ends with such a record.</summary>
    /// <param name="kind">The kind of the stream's last record.</param>
    /// <returns>True for <see cref="RecordKind.MergedInto"/> and <see cref="RecordKind.Erased"/>.</returns>
    public static bool IsTerminal(this RecordKind kind) => kind is RecordKind.MergedInto or RecordKind.Erased;

    /// <summary>Whether an append may follow what a stream ends with: nothing follows a terminal record but what gives a merged customer back.</summary>
    /// <param name="append">The append.</param>
    /// <param name="version">The stream's last version, 0 when it does not exist.</param>
    /// <param name="last">The kind of its last record.</param>
    /// <returns>True when it may, as far as kinds go.</returns>
    public static bool MayFollow(this StreamAppend append, long version, RecordKind last) =>
        append.Entries[^1].Kind == RecordKind.Restored ? version == 0 || last == RecordKind.MergedInto : !last.IsTerminal();

    /// <summary>Checks the shape of a unit: no stream and no identifier twice, epochs that name an append of the unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <exception cref="ArgumentException">The unit is malformed; the message holds no personal data.</exception>
    public static void Validate(UnitOfWork unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentException.ThrowIfNullOrEmpty(unit.Workspace);
        if (unit.Appends.Count == 0) throw new ArgumentException("A unit has at least one append.", nameof(unit));
        foreach (var append in unit.Appends) ValidateEntries(append);
        if (HasDuplicate(unit.Appends, static a => a.Stream)) throw new ArgumentException("A stream is named twice.", nameof(unit));
        if (HasDuplicate(unit.Ownership, static o => o.Identifier)) throw new ArgumentException("An identifier is named twice.", nameof(unit));
        if (HasDuplicate(unit.Removals, static r => r.Stream)) throw new ArgumentException("A stream is named twice.", nameof(unit));
        if (HasDuplicate(unit.Index, static i => i.Stream)) throw new ArgumentException("A stream is named twice.", nameof(unit));
        foreach (var change in unit.Ownership)
            if (!Appends(unit, change.Next)) throw new ArgumentException("An epoch is not a version that the unit appends.", nameof(unit));
    }

    /// <summary>Checks the shape of an erasure: at least one stream, none of them and no identifier twice.</summary>
    /// <param name="unit">The erasure.</param>
    /// <exception cref="ArgumentException">The unit is malformed; the message holds no personal data.</exception>
    public static void Validate(EraseUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentException.ThrowIfNullOrEmpty(unit.Workspace);
        if (unit.Streams.Count == 0) throw new ArgumentException("An erasure has at least one stream.", nameof(unit));
        if (HasDuplicate(unit.Streams, static s => s.Stream)) throw new ArgumentException("A stream is named twice.", nameof(unit));
        if (HasDuplicate(unit.Identifiers, static i => i.Identifier)) throw new ArgumentException("An identifier is named twice.", nameof(unit));
    }

    /// <summary>Checks a timeline query's limit.</summary>
    /// <param name="query">The query.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not between 1 and <see cref="MaxTimelineLimit"/>.</exception>
    public static void Validate(TimelineQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, MaxTimelineLimit, nameof(query));
    }

    private static void ValidateEntries(StreamAppend append)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(append.ExpectedVersion, nameof(append));
        if (append.Entries.Count == 0) throw new ArgumentException("An append has at least one entry.", nameof(append));
        for (var i = 0; i < append.Entries.Count; i++)
        {
            var kind = append.Entries[i].Kind;
            if (kind is RecordKind.None or > RecordKind.Positioned) throw new ArgumentException("An entry has no known kind.", nameof(append));
            if (kind == RecordKind.Erased) throw new ArgumentException("Only an erasure writes Erased.", nameof(append));
            if ((kind.IsTerminal() || kind == RecordKind.Restored) && i != append.Entries.Count - 1)
                throw new ArgumentException("Nothing follows such an entry in its append.", nameof(append));
        }
    }

    private static bool Appends(UnitOfWork unit, Epoch epoch)
    {
        foreach (var append in unit.Appends)
            if (append.Stream == epoch.Stream)
                return epoch.Version > append.ExpectedVersion && epoch.Version <= append.ExpectedVersion + append.Entries.Count;
        return false;
    }

    private static bool HasDuplicate<T, TKey>(IReadOnlyList<T> items, Func<T, TKey> key) where TKey : struct, IEquatable<TKey>
    {
        if (items.Count < 2) return false;
        if (items.Count == 2) return key(items[0]).Equals(key(items[1]));
        var seen = new HashSet<TKey>(items.Count);
        foreach (var item in items)
            if (!seen.Add(key(item))) return true;
        return false;
    }

    /// <summary>Checks an overlap's audiences.</summary>
    /// <param name="audiences">The ids.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 16, or one is named twice.</exception>
    public static void ValidateOverlap(IReadOnlyList<string> audiences)
    {
        ArgumentNullException.ThrowIfNull(audiences);
        if (audiences.Count is < 2 or > MaxOverlap) throw new ArgumentException("An overlap is of 2 to 16 audiences.", nameof(audiences));
        if (audiences.Distinct(StringComparer.Ordinal).Count() < audiences.Count) throw new ArgumentException("An audience is named twice.", nameof(audiences));
    }
}
