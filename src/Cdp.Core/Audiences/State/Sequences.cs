using System.Globalization;
using System.Text.Json;
using Cdp.Core.Audiences.Events;

namespace Cdp.Core.Audiences.State;

/// <summary>
/// Events in an order, all within a time: each step later than the one before it. Of each step the newest <see cref="Kept"/> times are kept, and the latest
/// end of a whole sequence that was found among them. So the answer is exact while no step came more than that often within one part; beyond, a late event
/// that would complete a sequence with forgotten steps is not recognised, nor is a sequence over two merged parts with forgotten steps.
/// </summary>
internal sealed class Sequences(IReadOnlyList<EventSelector> steps, long inMs)
    : Accumulator(string.Create(CultureInfo.InvariantCulture, $"sequence {inMs} {string.Join(" > ", steps.Select(s => s.Canonical))}"), steps)
{
    /// <summary>Times kept of each step.</summary>
    public const int Kept = 64;

    public override AccumulatorState NewState() => new SequenceState(steps.Count);

    public override bool Fold(AccumulatorState state, int selector, ref EventReading reading)
    {
        var sequence = (SequenceState)state;
        if (!sequence.Steps[selector].Add(reading.TimeMs, Kept)) return false;

        // No sequence can end later than its last step's newest time.
        var last = sequence.Steps[^1];
        if (last.Count == 0 || last[0] <= sequence.LatestEndMs) return true;
        sequence.LatestEndMs = Later(sequence.LatestEndMs, LatestEnd(sequence.Steps));
        return true;
    }

    /// <summary>When the latest whole sequence ended, over parts; null when there is none.</summary>
    public long? LatestEnd(IReadOnlyList<WindowState> parts)
    {
        long? latest = null;
        List<SequenceState>? found = null;
        foreach (var part in parts)
        {
            if (part.Find(Key) is not SequenceState state) continue;
            latest = Later(latest, state.LatestEndMs);
            (found ??= []).Add(state);
        }

        if (found is not { Count: > 1 }) return latest;
        var joined = new TimesState[steps.Count];
        for (var i = 0; i < joined.Length; i++)
        {
            joined[i] = new();
            foreach (var state in found)
            {
                foreach (var time in state.Steps[i].All) joined[i].Add(time, int.MaxValue);
            }
        }

        return Later(latest, LatestEnd(joined));
    }

    private static long? Later(long? left, long? right) => left is null ? right : right is null || left >= right ? left : right;

    /// <summary>For each last step, from the newest on: every step before it as late as possible leaves the sequence as short as it can be.</summary>
    private long? LatestEnd(TimesState[] times)
    {
        foreach (var end in times[^1].All)
        {
            long? at = end;
            for (var i = times.Length - 2; i >= 0 && at is not null; i--) at = LatestBefore(times[i].All, at.Value);
            if (at is { } start && end - start <= inMs) return end;
        }

        return null;
    }

    private static long? LatestBefore(ReadOnlySpan<long> times, long before)
    {
        foreach (var time in times)
        {
            if (time < before) return time;
        }

        return null;
    }
}

/// <summary>The steps' times and the latest end.</summary>
internal sealed class SequenceState(int steps) : AccumulatorState
{
    public TimesState[] Steps { get; private init; } = [.. Enumerable.Range(0, steps).Select(_ => new TimesState())];

    public long? LatestEndMs { get; set; }

    public override string Kind => "sequence";

    public override void Write(Utf8JsonWriter json)
    {
        if (LatestEndMs is { } end) json.WriteNumberValue(end);
        else json.WriteNullValue();
        foreach (var step in Steps)
        {
            json.WriteStartArray();
            step.Write(json);
            json.WriteEndArray();
        }
    }

    public static SequenceState Read(JsonElement[] items) => new(0)
    {
        LatestEndMs = items[0].ValueKind == JsonValueKind.Null ? null : items[0].GetInt64(),
        Steps = [.. items.Skip(1).Select(s => TimesState.Read(s.EnumerateArray()))],
    };
}
