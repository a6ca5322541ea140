using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cdp.Grains;

/// <summary>A grain whose number on a silo is bounded.</summary>
internal interface IBoundedGrain : IGrainBase
{
    /// <summary>The sweep during which it was last used.</summary>
    int LastUsed { get; set; }

    /// <summary>Whether somebody waits for its changes, so that it is in use all the time.</summary>
    bool IsWatched => false;
}

/// <summary>
/// The grains of one kind that are active on this silo. Beyond a number of them the longest unused leave: Orleans lets go by age alone, and a burst of
/// new customers must not fill the memory for as long as that.
/// </summary>
/// <param name="max">At most about so many: there may be more until the next sweep.</param>
internal class ActiveGrains<TKey, TGrain>(int max)
    where TKey : notnull
    where TGrain : class, IBoundedGrain
{
    private readonly ConcurrentDictionary<TKey, TGrain> _grains = new();
    private int _now;
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => _count;

    protected IEnumerable<TGrain> All => _grains.Select(g => g.Value);

    /// <summary>Finds one, and marks it as used.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TGrain? grain)
    {
        if (!_grains.TryGetValue(key, out grain)) return false;
        Touch(grain);
        return true;
    }

    /// <summary>Marks one as used.</summary>
    public void Touch(TGrain grain)
    {
        if (grain.LastUsed != _now) grain.LastUsed = _now;
    }

    public void Add(TKey key, TGrain grain)
    {
        grain.LastUsed = _now;
        if (_grains.TryAdd(key, grain)) Interlocked.Increment(ref _count);
        else _grains[key] = grain;
    }

    public void Remove(TKey key, TGrain grain)
    {
        if (_grains.TryRemove(new(key, grain))) Interlocked.Decrement(ref _count);
    }

    /// <summary>Lets the longest unused go that are too many. Called at even times, not by two at once.</summary>
    public void Sweep()
    {
        _now++;
        var excess = _count - max;
        if (excess <= 0) return;
        // What was used since the last sweep stays: it would come back at once.
        var longest = _grains.Select(g => g.Value).Where(g => g.LastUsed < _now - 1 && !g.IsWatched).OrderBy(g => g.LastUsed).Take(excess);
        foreach (var grain in longest) grain.GrainContext.Deactivate(new(DeactivationReasonCode.HighMemoryPressure, "More are active than this silo may hold."));
    }
}
