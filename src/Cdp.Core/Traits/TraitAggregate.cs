using Cdp.Core.Profiles;

namespace Cdp.Core.Traits;

/// <summary>
/// What the writes to one trait of one part add up to that were judged by a rule other than <c>latest</c>. Each rule has a register of its own, filled by the
/// writes that it judged and by no others; each register is commutative, associative and idempotent but for the sum, whose writes come once by the message
/// window, as with counters. So the state depends on which events came and on nothing else: neither on their order nor on the rules of the day.
/// </summary>
public sealed class TraitAggregate
{
    /// <summary>Elements of a union kept per part, and shown per profile; those written last.</summary>
    public const int MaxElements = 200;

    /// <summary>A value with the rank that its source had under the rule that judged it.</summary>
    /// <param name="Rank">Higher wins.</param>
    /// <param name="Register">The value; null when the source removed the trait.</param>
    public readonly record struct Ranked(int Rank, Register<byte[]?> Register);

    /// <summary>The latest write: its rule is the one that the trait is shown by.</summary>
    public Register<TraitRule> Last { get; internal set; }

    /// <summary>The earliest value under <c>first</c>.</summary>
    public Register<byte[]?>? First { get; internal set; }

    /// <summary>The largest value under <c>max</c>; of equal ones the earliest.</summary>
    public Register<byte[]?>? Max { get; internal set; }

    /// <summary>The smallest value under <c>min</c>; of equal ones the earliest.</summary>
    public Register<byte[]?>? Min { get; internal set; }

    /// <summary>The sum under <c>sum</c>.</summary>
    public ExactNumber? Sum { get; internal set; }

    /// <summary>The elements under <c>union</c>, as JSON texts.</summary>
    public LatestSet<string>? Union { get; internal set; }

    /// <summary>The value under <c>sourcePriority</c>.</summary>
    public Ranked? Best { get; internal set; }

    /// <summary>Whether a write counts under a rule. One that does not is as if it had never come.</summary>
    /// <param name="rule">The rule that judges it, not <c>latest</c>.</param>
    /// <param name="value">A JSON value (UTF-8); null removes.</param>
    /// <returns>True when it counts.</returns>
    public static bool Takes(TraitRule rule, byte[]? value) => rule.Resolve switch
    {
        TraitResolve.Sum => value is not null && ExactNumber.TryParse(value, out _),
        TraitResolve.SourcePriority => true,
        _ => value is not null,
    };

    /// <summary>Folds a write in that counts.</summary>
    /// <param name="rule">The rule that judges it, not <c>latest</c>.</param>
    /// <param name="value">A JSON value (UTF-8); null removes, under <c>sourcePriority</c> only.</param>
    /// <param name="origin">Where it came from.</param>
    public void Fold(TraitRule rule, byte[]? value, Origin origin)
    {
        if (Last.Origin is null || origin >= Last.Origin) Last = new(rule, origin);
        var register = new Register<byte[]?>(value, origin);
        switch (rule.Resolve)
        {
            case TraitResolve.First:
                First = Register<byte[]?>.Earliest(First, register);
                break;
            case TraitResolve.Max:
                Max = Larger(Max, register);
                break;
            case TraitResolve.Min:
                Min = Smaller(Min, register);
                break;
            case TraitResolve.Sum when ExactNumber.TryParse(value, out var number):
                Sum = (Sum ?? ExactNumber.Zero) + number;
                break;
            case TraitResolve.Union:
                Union ??= new(MaxElements);
                foreach (var element in UnionElements.Of(value!)) Union.Add(element, origin.OrderMs, "");
                break;
            case TraitResolve.SourcePriority:
                Best = Better(Best, new Ranked(rule.Rank(origin.Source, origin.Priority), register));
                break;
        }
    }

    internal static Register<byte[]?>? Larger(Register<byte[]?>? left, Register<byte[]?>? right) => Extreme(left, right, 1);

    internal static Register<byte[]?>? Smaller(Register<byte[]?>? left, Register<byte[]?>? right) => Extreme(left, right, -1);

    internal static Ranked? Better(Ranked? left, Ranked? right)
    {
        if (left is not { } l) return right;
        if (right is not { } r) return left;
        return l.Rank != r.Rank ? l.Rank > r.Rank ? left : right : r.Register.Origin > l.Register.Origin ? right : left;
    }

    private static Register<byte[]?>? Extreme(Register<byte[]?>? left, Register<byte[]?>? right, int sign)
    {
        if (left is not { } l) return right;
        if (right is not { } r) return left;
        var order = sign * TraitOrder.Compare(l.Value, r.Value);
        return order != 0 ? order > 0 ? left : right : r.Origin < l.Origin ? right : left;
    }
}
