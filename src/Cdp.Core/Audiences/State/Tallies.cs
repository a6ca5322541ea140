using System.Text.Json;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Audiences.Windows;

namespace Cdp.Core.Audiences.State;

/// <summary>Events counted, and the amounts of one field added up, by buckets of time.</summary>
internal sealed class Tallies : Accumulator
{
    private readonly EventField? _field;

    /// <param name="selector">The events.</param>
    /// <param name="field">The field; null to count events.</param>
    /// <param name="window">The window.</param>
    public Tallies(EventSelector selector, EventField? field, BucketWindow window)
        : base($"tally {field?.Canonical} {window.Canonical} {selector.Canonical}", selector) => (_field, Window) = (field, window);

    public BucketWindow Window { get; }

    public override IEnumerable<EventField> Fields => _field is null ? [] : [_field];

    public override AccumulatorState NewState() => new TallyState();

    public override bool Fold(AccumulatorState state, int selector, ref EventReading reading)
    {
        var amount = 0m;
        if (_field is not null && !JsonNumber.TryReadAmount(reading.JsonOf(_field), reading.ValueOf(_field), out amount)) return false;
        var buckets = ((TallyState)state).Buckets;
        return buckets.TryFold(Window, reading.TimeMs, out var at) && Add(ref buckets[at], amount);
    }

    /// <summary>All that counts at a moment, over parts.</summary>
    public Tally Sum(IReadOnlyList<WindowState> parts, long nowMs, out long untilMs)
    {
        var sum = default(Tally);
        untilMs = Verdict.Never;
        for (var p = 0; p < parts.Count; p++)
        {
            if (parts[p].Find(Key) is not TallyState state) continue;
            var indexes = state.Buckets.Indexes;
            for (var i = 0; i < indexes.Length; i++)
            {
                var expiry = Window.ExpiryOf(indexes[i]);
                if (expiry <= nowMs) continue;
                untilMs = Math.Min(untilMs, expiry);
                if (_field is null) sum.Count += state.Buckets[i].Count;
                else sum.Add(state.Buckets[i]);
            }
        }

        return sum;
    }

    private static bool Add(ref Tally tally, decimal amount)
    {
        tally.Add(new Tally { Count = 1, Sum = amount, Min = amount, Max = amount });
        return true;
    }
}

/// <summary>Amounts added up. Adding is exact, so that the order makes no difference: amounts have 15 digits before the point and 6 behind it at most.</summary>
internal struct Tally
{
    public long Count;
    public decimal Sum;
    public decimal Min;
    public decimal Max;

    public void Add(in Tally other)
    {
        if (other.Count == 0) return;
        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Count == 0 ? other.Max : Math.Max(Max, other.Max);
        Count += other.Count;
        Sum += other.Sum;
    }
}

/// <summary>Tallies by bucket.</summary>
internal sealed class TallyState : AccumulatorState
{
    public Buckets<Tally> Buckets { get; } = new();

    public override string Kind => "tally";

    public override void Write(Utf8JsonWriter json)
    {
        var indexes = Buckets.Indexes;
        for (var i = 0; i < indexes.Length; i++)
        {
            ref var tally = ref Buckets[i];
            json.WriteNumberValue(indexes[i]);
            json.WriteNumberValue(tally.Count);
            json.WriteNumberValue(tally.Sum);
            json.WriteNumberValue(tally.Min);
            json.WriteNumberValue(tally.Max);
        }
    }

    public static TallyState Read(JsonElement[] items)
    {
        var state = new TallyState();
        for (var i = 0; i + 4 < items.Length; i += 5)
        {
            state.Buckets.At(items[i].GetInt64(), out _) = new()
            {
                Count = items[i + 1].GetInt64(), Sum = items[i + 2].GetDecimal(), Min = items[i + 3].GetDecimal(), Max = items[i + 4].GetDecimal(),
            };
        }

        return state;
    }
}
