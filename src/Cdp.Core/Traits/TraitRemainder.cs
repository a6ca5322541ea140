using Cdp.Core.Events;
using Cdp.Core.Profiles;

namespace Cdp.Core.Traits;

/// <summary>
/// What a part's aggregates keep of writes that retention has removed from the store, when other events leave the part. A sum is exact: what leaves is
/// taken off it. Of the others the deciding write stays if it is one that is not stored; what stood behind one that leaves is not known.
/// </summary>
internal static class TraitRemainder
{
    /// <summary>Adds it to the part made anew.</summary>
    /// <param name="part">The part made anew out of the stored events that stay.</param>
    /// <param name="old">The part as it was.</param>
    /// <param name="leaving">The stored events that leave.</param>
    /// <param name="isKept">Whether a write is not among those stored.</param>
    public static void Keep(ProfilePart part, ProfilePart old, IEnumerable<CustomerEvent> leaving, Func<Origin, bool> isKept)
    {
        if (old.Aggregates is null) return;
        var left = new ProfilePart(old.Stream);
        foreach (var e in leaving) left.Fold(e, default);
        foreach (var (name, was) in old.Aggregates)
        {
            TraitAggregate? gone = null, now = null;
            left.Aggregates?.TryGetValue(name, out gone);
            part.Aggregates?.TryGetValue(name, out now);
            // Where nothing leaves, all of it stays as it was.
            if ((gone is null ? was : Join(now, was, gone, isKept)) is { } joined) (part.Aggregates ??= new()).ValueRefOrAddDefault(name, out _) = joined;
        }
    }

    private static TraitAggregate? Join(TraitAggregate? now, TraitAggregate was, TraitAggregate gone, Func<Origin, bool> isKept)
    {
        Register<byte[]?>? Kept(Register<byte[]?>? register) => register is { } held && isKept(held.Origin) ? register : null;

        var sum = was.Sum is { } all ? all - (gone.Sum ?? ExactNumber.Zero) : (ExactNumber?)null;
        var last = isKept(was.Last.Origin) && (now is null || was.Last.Origin > now.Last.Origin) ? was.Last : now?.Last;
        // Something of it is not stored and stays, though its own time is not known: it is shown as of the latest write that was.
        if (last is null && (sum is { Unscaled.IsZero: false } || was.Union is not null)) last = was.Last;
        if (last is null) return null;
        return new TraitAggregate
        {
            Last = last.Value,
            First = Register<byte[]?>.Earliest(now?.First, Kept(was.First)),
            Max = TraitAggregate.Larger(now?.Max, Kept(was.Max)),
            Min = TraitAggregate.Smaller(now?.Min, Kept(was.Min)),
            Sum = sum ?? now?.Sum,
            Union = was.Union is { } union ? now?.Union is { } elements ? LatestSet<string>.Union(elements, union) : union : now?.Union,
            Best = TraitAggregate.Better(now?.Best, was.Best is { } best && isKept(best.Register.Origin) ? best : null),
        };
    }
}
