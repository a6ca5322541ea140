using System.Collections;

namespace Cdp.Core.Profiles;

/// <summary>
/// Values by name, in ordinal order of the names: two arrays, so that the many small maps of a grid take a fraction of a dictionary's memory. A look-up
/// is a binary search; an insert moves what is behind it, which for the names of one profile is cheap.
/// </summary>
/// <typeparam name="T">The value's type.</typeparam>
public sealed class NameMap<T> : IEnumerable<KeyValuePair<string, T>>
{
    private const int Step = 4;

    private string[] _names = [];
    private T[] _values = [];

    /// <summary>How many names there are.</summary>
    public int Count { get; private set; }

    /// <summary>Finds a value.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>True when there is one.</returns>
    public bool TryGetValue(string name, out T? value)
    {
        var at = Find(name);
        value = at >= 0 ? _values[at] : default;
        return at >= 0;
    }

    /// <summary>The place of a name's value, made with the type's default if it is new. Valid until the next insert.</summary>
    /// <param name="name">The name.</param>
    /// <param name="exists">Whether it was there before.</param>
    /// <returns>The place.</returns>
    public ref T ValueRefOrAddDefault(string name, out bool exists)
    {
        var at = Find(name);
        exists = at >= 0;
        if (!exists) Insert(at = ~at, name);
        return ref _values[at];
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, T>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return new(_names[i], _values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Find(string name) => Array.BinarySearch(_names, 0, Count, name, StringComparer.Ordinal);

    private void Insert(int at, string name)
    {
        if (Count == _names.Length)
        {
            var size = Count + Math.Max(Step, Count / 4);
            Array.Resize(ref _names, size);
            Array.Resize(ref _values, size);
        }

        Array.Copy(_names, at, _names, at + 1, Count - at);
        Array.Copy(_values, at, _values, at + 1, Count - at);
        _names[at] = name;
        _values[at] = default!;
        Count++;
    }
}
