namespace Cdp.Core.Audiences.State;

/// <summary>
/// What one part of a profile (one stream) has kept of its events for the rules and computed traits of its workspace. A merged profile has one for each of
/// its parts: rules read them together, and an unmerge takes one out. Not thread-safe.
/// </summary>
/// <remarks>
/// Accumulators have keys made of what they keep. A part is complete for a plan when <see cref="PlanId"/> is the plan's; when not,
/// <see cref="AudiencePlan.Refill"/> makes it so from the journal's events, and keeps what is filled already.
/// </remarks>
public sealed class WindowState
{
    private ulong[] _keys = [];
    private AccumulatorState[] _states = [];

    /// <summary>The plan that the part was folded by; 0 when there was none.</summary>
    public ulong PlanId { get; internal set; }

    /// <summary>Unix milliseconds of the latest event folded in; <see cref="long.MinValue"/> before the first. A profile is never judged at an earlier moment.</summary>
    public long LastMs { get; internal set; } = long.MinValue;

    /// <summary>Accumulators that have kept anything.</summary>
    public int Count { get; private set; }

    internal ReadOnlySpan<ulong> Keys => _keys.AsSpan(0, Count);

    internal AccumulatorState StateAt(int at) => _states[at];

    internal AccumulatorState? Find(ulong key)
    {
        var at = Array.BinarySearch(_keys, 0, Count, key);
        return at >= 0 ? _states[at] : null;
    }

    internal void Add(ulong key, AccumulatorState state)
    {
        var at = ~Array.BinarySearch(_keys, 0, Count, key);
        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, Count + Math.Max(2, Count / 4));
            Array.Resize(ref _states, _keys.Length);
        }

        Array.Copy(_keys, at, _keys, at + 1, Count - at);
        Array.Copy(_states, at, _states, at + 1, Count - at);
        (_keys[at], _states[at]) = (key, state);
        Count++;
    }
}
