namespace Cdp.Core.Audiences.State;

/// <summary>Values by bucket of time, in order of the buckets; only those that hold something.</summary>
/// <typeparam name="T">The value's type.</typeparam>
internal sealed class Buckets<T>
{
    private long[] _indexes = [];
    private T[] _values = [];

    public int Count { get; private set; }

    public ReadOnlySpan<long> Indexes => _indexes.AsSpan(0, Count);

    public ref T this[int at] => ref _values[at];

    /// <summary>The value of a bucket, made with the type's default if it is new.</summary>
    public ref T At(long index, out bool exists)
    {
        var at = Array.BinarySearch(_indexes, 0, Count, index);
        exists = at >= 0;
        if (!exists) Insert(at = ~at, index);
        return ref _values[at];
    }

    /// <summary>Forgets the buckets before one.</summary>
    public void Prune(long first)
    {
        var gone = 0;
        while (gone < Count && _indexes[gone] < first) gone++;
        if (gone == 0) return;
        Count -= gone;
        Array.Copy(_indexes, gone, _indexes, 0, Count);
        Array.Copy(_values, gone, _values, 0, Count);
        Array.Clear(_values, Count, gone);
    }

    private void Insert(int at, long index)
    {
        if (Count == _indexes.Length)
        {
            var size = Count + Math.Max(1, Count / 4);
            Array.Resize(ref _indexes, size);
            Array.Resize(ref _values, size);
        }

        Array.Copy(_indexes, at, _indexes, at + 1, Count - at);
        Array.Copy(_values, at, _values, at + 1, Count - at);
        _indexes[at] = index;
        _values[at] = default!;
        Count++;
    }
}
