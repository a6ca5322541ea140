using Cdp.Core.Audiences.State;

namespace Cdp.Core.Audiences.Computed;

/// <summary><c>first</c> and <c>last</c>: the value of the earliest or latest event that has one; ties as between traits.</summary>
internal sealed class RegisterTrait(Registers registers) : ComputedTrait
{
    internal override IEnumerable<Accumulator> Accumulators => [registers];

    internal override ComputedValue Evaluate(IReadOnlyList<WindowState> parts, long nowMs) =>
        registers.Best(parts, nowMs, out var until) is { } best ? new(best.Value, null, until) : ComputedValue.None(until);
}
