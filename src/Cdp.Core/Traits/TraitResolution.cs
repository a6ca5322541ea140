using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Core.Traits;

/// <summary>What a profile shows of one trait.</summary>
/// <param name="Register">The value, null when it was removed, and the write that decided: under <c>sum</c> and <c>union</c> the latest one.</param>
/// <param name="Stream">The part that the deciding write is in.</param>
/// <param name="Resolve">The rule.</param>
public readonly record struct ResolvedTrait(Register<byte[]?> Register, CustomerId Stream, TraitResolve Resolve);

/// <summary>
/// Shows a trait that rules other than <c>latest</c> have judged writes of. The latest write of all, over all parts, says by which rule: so rules that changed
/// show only with the next event, and every reader sees the same. Writes judged by <c>latest</c> stand for one value, the latest of them, which counts
/// as one more write: what a trait held before it got its rule is neither lost nor counted twice.
/// </summary>
public static class TraitResolution
{
    /// <summary>Resolves one trait.</summary>
    /// <param name="standing">The latest write that was judged by <c>latest</c>, with its part; null when there is none.</param>
    /// <param name="aggregates">What other rules judged, by part; at least one.</param>
    /// <returns>What is shown. The order of the parts makes no difference.</returns>
    public static ResolvedTrait Of((Register<byte[]?> Register, CustomerId Stream)? standing, IReadOnlyList<(TraitAggregate Aggregate, CustomerId Stream)> aggregates)
    {
        var (last, lastStream) = Latest(aggregates);
        if (standing is { } held && held.Register.Origin > last.Origin) return new(held.Register, held.Stream, TraitResolve.Latest);
        var value = standing is { Register.Value: not null } ? standing : null;
        var resolve = last.Value.Resolve;
        ResolvedTrait Made(byte[]? made) => new(new(made, last.Origin), lastStream, resolve);
        ResolvedTrait Won((Register<byte[]?> Register, CustomerId Stream)? winner) => new(winner!.Value.Register, winner.Value.Stream, resolve);

        return resolve switch
        {
            TraitResolve.First => Won(Best(aggregates, static a => a.First, value, Register<byte[]?>.Earliest)),
            TraitResolve.Max => Won(Best(aggregates, static a => a.Max, value, TraitAggregate.Larger)),
            TraitResolve.Min => Won(Best(aggregates, static a => a.Min, value, TraitAggregate.Smaller)),
            TraitResolve.Sum => Made(SumOf(aggregates, value?.Register.Value).ToUtf8()),
            TraitResolve.Union => Made(UnionOf(aggregates, value?.Register)),
            _ => MostTrusted(last.Value, standing, aggregates),
        };
    }

    private static (Register<TraitRule> Last, CustomerId Stream) Latest(IReadOnlyList<(TraitAggregate Aggregate, CustomerId Stream)> aggregates)
    {
        var best = aggregates[0];
        foreach (var next in aggregates)
        {
            if (next.Aggregate.Last.Origin > best.Aggregate.Last.Origin) best = next;
        }

        return (best.Aggregate.Last, best.Stream);
    }

    private static (Register<byte[]?> Register, CustomerId Stream)? Best(
        IReadOnlyList<(TraitAggregate Aggregate, CustomerId Stream)> aggregates,
        Func<TraitAggregate, Register<byte[]?>?> of,
        (Register<byte[]?> Register, CustomerId Stream)? standing,
        Func<Register<byte[]?>?, Register<byte[]?>?, Register<byte[]?>?> choose)
    {
        var best = standing;
        foreach (var (aggregate, stream) in aggregates)
        {
            if (of(aggregate) is not { } next) continue;
            if (best is null || choose(best.Value.Register, next) == next) best = (next, stream);
        }

        return best;
    }

    private static ExactNumber SumOf(IReadOnlyList<(TraitAggregate Aggregate, CustomerId Stream)> aggregates, byte[]? standing)
    {
        var sum = ExactNumber.TryParse(standing, out var number) ? number : ExactNumber.Zero;
        foreach (var (aggregate, _) in aggregates) sum += aggregate.Sum ?? ExactNumber.Zero;
        return sum;
    }

    private static byte[] UnionOf(IReadOnlyList<(TraitAggregate Aggregate, CustomerId Stream)> aggregates, Register<byte[]?>? standing)
    {
        var union = new LatestSet<string>(TraitAggregate.MaxElements);
        foreach (var (aggregate, _) in aggregates)
        {
            if (aggregate.Union is { } elements) union = LatestSet<string>.Union(union, elements);
        }

        if (standing is { Value: { } value, Origin: var origin })
        {
            foreach (var element in UnionElements.Of(value)) union.Add(element, origin.OrderMs, "");
        }

        return UnionElements.ToJson(union.Entries.Select(static e => e.Key));
    }

    private static ResolvedTrait MostTrusted(
        TraitRule rule, (Register<byte[]?> Register, CustomerId Stream)? standing, IReadOnlyList<(TraitAggregate Aggregate, CustomerId Stream)> aggregates)
    {
        TraitAggregate.Ranked? best = null;
        var stream = default(CustomerId);
        if (standing is { } held)
        {
            best = new(rule.Rank(held.Register.Origin.Source, held.Register.Origin.Priority), held.Register);
            stream = held.Stream;
        }

        foreach (var (aggregate, part) in aggregates)
        {
            if (aggregate.Best is not { } next || TraitAggregate.Better(best, next) != next) continue;
            (best, stream) = (next, part);
        }

        return new(best!.Value.Register, stream, rule.Resolve);
    }
}
