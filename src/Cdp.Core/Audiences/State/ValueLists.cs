using System.Text.Json;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.Windows;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.State;

/// <summary>The values of one field and how often each came, by buckets of time. The items of an array count one by one.</summary>
internal sealed class ValueLists(EventSelector selector, EventField source, BucketWindow window)
    : Accumulator($"values {source.Canonical} {window.Canonical} {selector.Canonical}", selector)
{
    /// <summary>Items of an array that are looked at.</summary>
    public const int MaxItems = 100;

    public override IEnumerable<EventField> Fields => [source];

    public override AccumulatorState NewState() => new ValueListState();

    public override bool Fold(AccumulatorState state, int selector, ref EventReading reading)
    {
        var value = reading.ValueOf(source);
        var json = reading.JsonOf(source);
        if (value.Kind != JsonTokenType.StartArray) return ScalarText.Read(json, value) is { } text && Add((ValueListState)state, reading.TimeMs, text);
        var items = new JsonMembers(value.In(json));
        var changed = false;
        for (var i = 0; i < MaxItems && items.Next(); i++)
            changed |= ScalarText.Read(value.In(json), items.Value) is { } item && Add((ValueListState)state, reading.TimeMs, item);
        return changed;
    }

    /// <summary>All values that count at a moment, over parts; null when there are none.</summary>
    public ValueCounts? Union(IReadOnlyList<WindowState> parts, long nowMs, out long untilMs)
    {
        ValueCounts? union = null;
        untilMs = Verdict.Never;
        foreach (var part in parts)
        {
            if (part.Find(Key) is not ValueListState state) continue;
            var indexes = state.Buckets.Indexes;
            for (var i = 0; i < indexes.Length; i++)
            {
                var expiry = window.ExpiryOf(indexes[i]);
                if (expiry <= nowMs) continue;
                untilMs = Math.Min(untilMs, expiry);
                (union ??= new()).AddAll(state.Buckets[i]);
            }
        }

        return union;
    }

    private bool Add(ValueListState state, long timeMs, string value) =>
        state.Buckets.TryFold(window, timeMs, out var at) && (state.Buckets[at] ??= new()).Add(value);
}

/// <summary>Values by bucket.</summary>
internal sealed class ValueListState : AccumulatorState
{
    public Buckets<ValueCounts> Buckets { get; } = new();

    public override string Kind => "values";

    public override void Write(Utf8JsonWriter json)
    {
        var indexes = Buckets.Indexes;
        for (var i = 0; i < indexes.Length; i++)
        {
            json.WriteNumberValue(indexes[i]);
            json.WriteBooleanValue(Buckets[i].IsSample);
            json.WriteStartArray();
            foreach (var (_, value, count) in Buckets[i].Entries)
            {
                json.WriteRawValue(value, skipInputValidation: true);
                json.WriteNumberValue(count);
            }

            json.WriteEndArray();
        }
    }

    public static ValueListState Read(JsonElement[] items)
    {
        var state = new ValueListState();
        for (var i = 0; i + 2 < items.Length; i += 3)
        {
            JsonElement[] pairs = [.. items[i + 2].EnumerateArray()];
            state.Buckets.At(items[i].GetInt64(), out _) = ValueCounts.Restore(
                pairs.Chunk(2).Select(p => (p[0].GetRawText(), p[1].GetInt64())), items[i + 1].GetBoolean());
        }

        return state;
    }
}
