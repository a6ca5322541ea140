using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Cdp.Core.Audiences.State;

/// <summary>
/// How often each value came, for at most <see cref="Capacity"/> values: those whose hashes are the smallest. A value that is kept at the end has been kept
/// since it first came, so that its count is exact; which values are kept depends on neither order nor grouping, so that joining is commutative and
/// associative; and the hashes tell how many values there were in all (a KMV sketch).
/// </summary>
internal sealed class ValueCounts
{
    /// <summary>Values kept; up to so many, everything is exact.</summary>
    public const int Capacity = 128;

    private readonly List<Entry> _entries = [];

    internal readonly record struct Entry(ulong Hash, string Value, long Count);

    /// <summary>The values, by hash.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Whether values had to be left out.</summary>
    public bool IsSample { get; private set; }

    /// <summary>How many values there were: exact, or an estimate with a standard error of about 9 % when it is a sample.</summary>
    public long Distinct => IsSample ? (long)Math.Round((_entries.Count - 1) / ((_entries[^1].Hash + 1.0) / (ulong.MaxValue + 1.0))) : _entries.Count;

    /// <summary>Counts a value; false when it is left out for good.</summary>
    public bool Add(string value, long count = 1) => Add(new Entry(HashOf(value), value, count));

    public void AddAll(ValueCounts other)
    {
        foreach (var entry in other._entries) Add(entry);
        // The other may have left out a value that this one has no better reason to keep.
        if (other.IsSample) IsSample = true;
    }

    public static ValueCounts Restore(IEnumerable<(string Value, long Count)> entries, bool isSample)
    {
        var counts = new ValueCounts();
        foreach (var (value, count) in entries) counts.Add(value, count);
        counts.IsSample = isSample;
        return counts;
    }

    private bool Add(Entry entry)
    {
        var at = _entries.BinarySearch(entry, ByHash.Instance);
        if (at >= 0)
        {
            _entries[at] = _entries[at] with { Count = _entries[at].Count + entry.Count };
            return true;
        }

        if (_entries.Count == Capacity)
        {
            IsSample = true;
            if (~at == Capacity) return false;
            _entries.RemoveAt(Capacity - 1);
        }

        _entries.Insert(~at, entry);
        return true;
    }

    private static ulong HashOf(string value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(value), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    private sealed class ByHash : IComparer<Entry>
    {
        public static ByHash Instance { get; } = new();

        public int Compare(Entry x, Entry y) => x.Hash != y.Hash ? x.Hash.CompareTo(y.Hash) : string.CompareOrdinal(x.Value, y.Value);
    }
}
