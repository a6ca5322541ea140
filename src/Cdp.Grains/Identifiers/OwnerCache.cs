using System.Collections.Concurrent;
using Cdp.Core.Identity;

namespace Cdp.Grains.Identifiers;

/// <summary>
/// Who was last seen to own an identifier, as a hint: whoever is asked by it says whether it holds the identifier. Bounded: what has not been asked for
/// during half of its size in new entries is forgotten.
/// </summary>
/// <param name="max">Entries kept at most.</param>
internal sealed class OwnerCache(int max)
{
    private readonly int _half = Math.Max(1, max / 2);
    private readonly Lock _gate = new();
    private ConcurrentDictionary<(string, Identifier), CustomerId> _young = new();
    private ConcurrentDictionary<(string, Identifier), CustomerId> _old = new();
    private int _youngCount;

    /// <summary>Entries kept now, about.</summary>
    public int Count => _youngCount + _old.Count;

    public CustomerId? Find(string workspace, Identifier identifier)
    {
        var key = (workspace, identifier);
        if (_young.TryGetValue(key, out var owner)) return owner;
        if (!_old.TryGetValue(key, out owner)) return null;
        Set(workspace, identifier, owner);
        return owner;
    }

    public void Set(string workspace, Identifier identifier, CustomerId owner)
    {
        var key = (workspace, identifier);
        var young = _young;
        if (young.TryAdd(key, owner))
        {
            if (Interlocked.Increment(ref _youngCount) >= _half) Age();
        }
        else if (!young.TryGetValue(key, out var known) || known != owner)
        {
            young[key] = owner;
        }
    }

    /// <summary>Forgets an owner that turned out to be wrong.</summary>
    public void Remove(string workspace, Identifier identifier, CustomerId owner)
    {
        var entry = KeyValuePair.Create((workspace, identifier), owner);
        _old.TryRemove(entry);
        if (_young.TryRemove(entry)) Interlocked.Decrement(ref _youngCount);
    }

    private void Age()
    {
        lock (_gate)
        {
            if (_youngCount < _half) return;
            (_old, _young) = (_young, new());
            _youngCount = 0;
        }
    }
}
