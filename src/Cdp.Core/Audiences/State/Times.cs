using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Cdp.Core.Audiences.Events;

namespace Cdp.Core.Audiences.State;

/// <summary>
/// The newest times of an event, as many as a rule counts to: that is enough to know exactly whether at least so many lie in any window, and when they
/// will not. In whatever order events arrive, the newest are the same.
/// </summary>
internal sealed class Times(EventSelector selector, int wanted) : Accumulator(Name(selector, wanted), selector)
{
    /// <summary>Rounded up, so that rules which count to nearly the same number share.</summary>
    private readonly int _capacity = Rounded(wanted);

    public override AccumulatorState NewState() => new TimesState();

    public override bool Fold(AccumulatorState state, int selector, ref EventReading reading) => ((TimesState)state).Add(reading.TimeMs, _capacity);

    /// <summary>The n-th newest time over parts.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="n">1 for the newest.</param>
    /// <returns>Unix milliseconds; null when there are fewer.</returns>
    public long? Newest(IReadOnlyList<WindowState> parts, int n)
    {
        if (parts.Count == 1) return parts[0].Find(Key) is TimesState only && only.Count >= n ? only[n - 1] : null;
        Span<int> at = parts.Count <= 64 ? stackalloc int[parts.Count] : new int[parts.Count];
        at.Clear();
        long? newest = null;
        for (; n > 0; n--)
        {
            var best = -1;
            newest = null;
            for (var i = 0; i < parts.Count; i++)
            {
                if (parts[i].Find(Key) is not TimesState state || at[i] >= state.Count || state[at[i]] <= newest) continue;
                (best, newest) = (i, state[at[i]]);
            }

            if (best < 0) return null;
            at[best]++;
        }

        return newest;
    }

    private static int Rounded(int wanted) => (int)BitOperations.RoundUpToPowerOf2((uint)wanted);

    private static string Name(EventSelector selector, int wanted) =>
        string.Create(CultureInfo.InvariantCulture, $"times {Rounded(wanted)} {selector.Canonical}");
}

/// <summary>Times, newest first.</summary>
internal sealed class TimesState : AccumulatorState
{
    private long[] _times = [];

    public override string Kind => "times";

    public int Count { get; private set; }

    public long this[int at] => _times[at];

    public ReadOnlySpan<long> All => _times.AsSpan(0, Count);

    /// <summary>Adds a time; false when it is older than all that are kept and there is no more room.</summary>
    public bool Add(long time, int capacity)
    {
        var at = 0;
        while (at < Count && _times[at] >= time) at++;
        if (at >= capacity) return false;
        if (Count == capacity) Count--;
        else if (Count == _times.Length) Array.Resize(ref _times, Math.Min(capacity, Count + Math.Max(1, Count / 2)));
        Array.Copy(_times, at, _times, at + 1, Count - at);
        _times[at] = time;
        Count++;
        return true;
    }

    /// <summary>The newest time, then how much earlier each is than the one before it.</summary>
    public override void Write(Utf8JsonWriter json)
    {
        for (var i = 0; i < Count; i++) json.WriteNumberValue(i == 0 ? _times[0] : _times[i - 1] - _times[i]);
    }

    public static TimesState Read(IEnumerable<JsonElement> items)
    {
        long[] times = [.. items.Select(i => i.GetInt64())];
        for (var i = 1; i < times.Length; i++) times[i] = times[i - 1] - times[i];
        return new() { _times = times, Count = times.Length };
    }
}
