using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

/// <summary>
/// The message ids that a part has applied: those of the 24 hours before its latest event or the latest 100,000, whichever is less (design.md
/// section 3). It forgets by the arrival times in the journal, not by the wall clock, so that a replay remembers exactly the same.
/// </summary>
public sealed class MessageWindow
{
    /// <summary>At most so many ids.</summary>
    public const int MaxEntries = 100_000;

    /// <summary>Ids of events that arrived longer before the latest one are forgotten.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromHours(24);

    // Up to here a walk over the queue is as fast as a hash set and saves its memory on the many small profiles.
    private const int IndexFrom = 12;

    private readonly Queue<Entry> _entries = new(1);
    private HashSet<UInt128>? _index;

    /// <summary>One remembered id.</summary>
    /// <param name="Hash">The hash of the message id.</param>
    /// <param name="ReceivedAtMs">Unix milliseconds of the arrival.</param>
    /// <param name="Anchor">The identifier that the event came in by: when it moves, its entries go along.</param>
    public readonly record struct Entry(UInt128 Hash, long ReceivedAtMs, Identifier Anchor);

    /// <summary>The remembered ids, oldest arrival first.</summary>
    public IReadOnlyCollection<Entry> Entries => _entries;

    /// <summary>Whether an event was applied before.</summary>
    /// <param name="hash">The hash of its message id.</param>
    /// <returns>True when it was.</returns>
    public bool Contains(UInt128 hash)
    {
        if (_index is not null) return _index.Contains(hash);
        foreach (var entry in _entries)
        {
            if (entry.Hash == hash) return true;
        }

        return false;
    }

    /// <summary>Remembers an id and forgets those that are too old or too many. A repeat changes nothing.</summary>
    /// <param name="entry">What to remember.</param>
    public void Add(Entry entry)
    {
        if (Contains(entry.Hash)) return;
        _entries.Enqueue(entry);
        _index?.Add(entry.Hash);
        var oldestMs = entry.ReceivedAtMs - (long)Span.TotalMilliseconds;
        while (_entries.Count > MaxEntries || _entries.Peek().ReceivedAtMs < oldestMs) Forget();
        if (_index is null && _entries.Count > IndexFrom) _index = [.. _entries.Select(e => e.Hash)];
    }

    /// <summary>Takes in the entries of an identifier that has moved here, each at its place in time, so that the oldest ones are forgotten first.</summary>
    /// <param name="entries">The entries.</param>
    public void AddAll(IReadOnlyCollection<Entry> entries)
    {
        if (entries.Count == 0) return;
        Entry[] all = [.. _entries.Concat(entries).OrderBy(e => e.ReceivedAtMs)];
        _entries.Clear();
        _index = null;
        foreach (var entry in all) Add(entry);
    }

    /// <summary>Puts back an entry of a snapshot, in the snapshot's order.</summary>
    internal void Restore(Entry entry)
    {
        _entries.Enqueue(entry);
        _index?.Add(entry.Hash);
        if (_index is null && _entries.Count > IndexFrom) _index = [.. _entries.Select(e => e.Hash)];
    }

    /// <summary>Leaves only some of the entries, in their order.</summary>
    internal void Keep(IReadOnlyCollection<Entry> entries)
    {
        _entries.Clear();
        _index = null;
        foreach (var entry in entries) Restore(entry);
    }

    private void Forget()
    {
        var gone = _entries.Dequeue();
        _index?.Remove(gone.Hash);
    }
}
