using System.Text;
using Cdp.Core.Audiences.State;
using Cdp.Core.Audiences.Values;

namespace Cdp.Core.Audiences.Computed;

/// <summary>A value computed from events. It is never stored: its accumulators are, and the value is read out of them at a moment.</summary>
public abstract class ComputedTrait
{
    /// <summary>The name that rules and profiles use.</summary>
    public required string Id { get; init; }

    /// <summary>The definition's version.</summary>
    public long Version { get; internal set; }

    /// <summary>What keeps the events.</summary>
    internal abstract IEnumerable<Accumulator> Accumulators { get; }

    /// <summary>The components that a rule may test instead of the value itself.</summary>
    internal virtual IReadOnlyList<string> Fields => [];

    /// <summary>Computes the value.</summary>
    /// <param name="parts">The windows of all parts of a profile.</param>
    /// <param name="nowMs">Unix milliseconds, not before the latest event of any part.</param>
    /// <returns>The value.</returns>
    internal abstract ComputedValue Evaluate(IReadOnlyList<WindowState> parts, long nowMs);

    /// <summary>Tests the value, or one of <see cref="Fields"/>.</summary>
    internal virtual Verdict Test(ValueTest test, string? field, IReadOnlyList<WindowState> parts, long nowMs)
    {
        var value = Evaluate(parts, nowMs);
        if (value.Number is { } number && !test.ReadsClock) return new(test.MatchesNumber(number), value.UntilMs);
        var json = value.Json is null ? [] : Encoding.UTF8.GetBytes(value.Json);
        var verdict = test.Judge(json, JsonWhole.Of(json), nowMs);
        return verdict with { UntilMs = Math.Min(verdict.UntilMs, value.UntilMs) };
    }
}
