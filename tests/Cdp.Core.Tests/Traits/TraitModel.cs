using System.Text;
using Cdp.Core.Profiles;
using Cdp.Core.Traits;

namespace Cdp.Core.Tests.Traits;

/// <summary>What a trait shows, worked out of all its writes at once: slow, and plain enough to be read.</summary>
internal static class TraitModel
{
    public sealed record Write(string Value, TraitRule Rule, Origin Origin)
    {
        public bool IsNull => Value == "null";

        public bool Counts => !(Rule.IgnoreEmpty && (Value is "null" or "\"\"" or "[]")) && (Rule.Resolve != TraitResolve.Sum || IsNull || Number is not null);

        public bool IsByLatest => Rule.Resolve == TraitResolve.Latest || (IsNull && Rule.Resolve != TraitResolve.SourcePriority);

        public ExactNumber? Number => ExactNumber.TryParse(Bytes, out var number) ? number : null;

        public byte[] Bytes => Encoding.UTF8.GetBytes(Value);
    }

    public sealed record Shown(string? Value, Origin Origin, TraitResolve Resolve);

    public static Shown? Show(Write[] all)
    {
        Write[] writes = [.. all.Where(w => w.Counts).OrderBy(w => w.Origin)];
        if (writes.Length == 0) return null;
        var last = writes[^1];
        if (last.IsByLatest) return Of(last, TraitResolve.Latest);
        var standing = writes.LastOrDefault(w => w.IsByLatest);
        var rule = last.Rule;
        Write[] judged = [.. writes.Where(w => !w.IsByLatest && w.Rule.Resolve == rule.Resolve)];
        Write[] candidates = [.. standing is null || (standing.IsNull && rule.Resolve != TraitResolve.SourcePriority) ? judged : judged.Append(standing)];
        var order = Comparer<Write>.Create((a, b) => TraitOrder.Compare(a.Bytes, b.Bytes));
        return rule.Resolve switch
        {
            TraitResolve.First => Of(candidates.OrderBy(w => w.Origin).First(), rule.Resolve),
            TraitResolve.Max => Of(candidates.OrderDescending(order).ThenBy(w => w.Origin).First(), rule.Resolve),
            TraitResolve.Min => Of(candidates.Order(order).ThenBy(w => w.Origin).First(), rule.Resolve),
            TraitResolve.Sum => new(candidates.Select(w => w.Number ?? ExactNumber.Zero).Aggregate(ExactNumber.Zero, ExactNumber.Add).ToString(), last.Origin, rule.Resolve),
            TraitResolve.Union => new(
                Encoding.UTF8.GetString(UnionElements.ToJson(candidates.SelectMany(w => UnionElements.Of(w.Bytes)).Distinct())), last.Origin, rule.Resolve),
            _ => Of(
                candidates.OrderByDescending(w => (w == standing ? rule : w.Rule).Rank(w.Origin.Source, w.Origin.Priority)).ThenByDescending(w => w.Origin).First(), rule.Resolve),
        };
    }

    private static Shown Of(Write write, TraitResolve resolve) => new(write.IsNull ? null : write.Value, write.Origin, resolve);
}
