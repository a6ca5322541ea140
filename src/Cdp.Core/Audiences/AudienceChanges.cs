using System.Numerics;

namespace Cdp.Core.Audiences;

/// <summary>Which audiences of a plan have to be judged again: those that read something that has changed. Not thread-safe; clear it and use it again.</summary>
public sealed class AudienceChanges
{
    private readonly ulong[] _bits;
    private readonly int _count;

    internal AudienceChanges(int count) => (_count, _bits) = (count, new ulong[(count + 63) / 64]);

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _bits) count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Array.Clear(_bits);

    /// <summary>All audiences of the plan: after a merge, a split, or a new plan.</summary>
    public void MarkAll()
    {
        for (var i = 0; i < _count; i++) _bits[i >> 6] |= 1UL << (i & 63);
    }

    /// <summary>Whether an audience is among them.</summary>
    /// <param name="audience">Its place in <see cref="AudiencePlan.Audiences"/>.</param>
    /// <returns>True when it is.</returns>
    public bool Contains(int audience) => (_bits[audience >> 6] & (1UL << (audience & 63))) != 0;

    /// <summary>The next one.</summary>
    /// <param name="from">The first place to look at; 0 to begin.</param>
    /// <returns>A place in <see cref="AudiencePlan.Audiences"/>; -1 when there are no more.</returns>
    public int Next(int from)
    {
        for (var word = from >> 6; word < _bits.Length; word++)
        {
            var bits = word == from >> 6 ? _bits[word] & (ulong.MaxValue << (from & 63)) : _bits[word];
            if (bits != 0) return (word << 6) + BitOperations.TrailingZeroCount(bits);
        }

        return -1;
    }

    internal void Mark(int[]? audiences)
    {
        if (audiences is null) return;
        foreach (var audience in audiences) _bits[audience >> 6] |= 1UL << (audience & 63);
    }
}
