using System.Text.Json;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.Windows;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.State;

/// <summary>The first or the last value of a field, by buckets of time, in the order in which profiles order values.</summary>
internal sealed class Registers(EventSelector selector, EventField source, BucketWindow window, bool first)
    : Accumulator($"{(first ? "first" : "last")} {source.Canonical} {window.Canonical} {selector.Canonical}", selector)
{
    public override IEnumerable<EventField> Fields => [source];

    public override AccumulatorState NewState() => new RegisterState();

    public override bool Fold(AccumulatorState state, int selector, ref EventReading reading)
    {
        var buckets = ((RegisterState)state).Buckets;
        if (ScalarText.Read(reading.JsonOf(source), reading.ValueOf(source)) is not { } value || !buckets.TryFold(window, reading.TimeMs, out var at)) return false;
        var best = Better(buckets[at], new(value, reading.Origin));
        if (Equals(best, buckets[at])) return false;
        buckets[at] = best;
        return true;
    }

    /// <summary>The value that counts at a moment, over parts.</summary>
    public Register<string>? Best(IReadOnlyList<WindowState> parts, long nowMs, out long untilMs)
    {
        Register<string>? best = null;
        foreach (var part in parts)
        {
            if (part.Find(Key) is not RegisterState state) continue;
            var indexes = state.Buckets.Indexes;
            for (var i = 0; i < indexes.Length; i++)
            {
                if (window.ExpiryOf(indexes[i]) > nowMs) best = Better(best, state.Buckets[i]);
            }
        }

        // Only the bucket of the winner matters: the others hold nothing that could win while it stays.
        untilMs = best is { } winner ? window.ExpiryMs(winner.Origin.OrderMs) : Verdict.Never;
        return best;
    }

    private Register<string>? Better(Register<string>? left, Register<string>? right) =>
        first ? Register<string>.Earliest(left, right) : Register<string>.Latest(left, right);
}

/// <summary>Registers by bucket.</summary>
internal sealed class RegisterState : AccumulatorState
{
    public Buckets<Register<string>?> Buckets { get; } = new();

    public override string Kind => "register";

    public override void Write(Utf8JsonWriter json)
    {
        var indexes = Buckets.Indexes;
        for (var i = 0; i < indexes.Length; i++)
        {
            var (value, origin) = Buckets[i]!.Value;
            json.WriteNumberValue(indexes[i]);
            json.WriteRawValue(value, skipInputValidation: true);
            OriginText.Write(json, origin);
        }
    }

    public static RegisterState Read(JsonElement[] items)
    {
        var state = new RegisterState();
        for (var i = 0; i + 5 < items.Length; i += 6)
            state.Buckets.At(items[i].GetInt64(), out _) = new Register<string>(items[i + 1].GetRawText(), OriginText.Read(items.AsSpan(i + 2, 4)));
        return state;
    }
}
