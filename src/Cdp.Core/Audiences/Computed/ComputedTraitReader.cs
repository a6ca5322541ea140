using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.State;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Audiences.Windows;

namespace Cdp.Core.Audiences.Computed;

/// <summary>Reads the definition of a computed trait.</summary>
internal static class ComputedTraitReader
{
    private static readonly string[] Types =
    [
        "count", "sum", "min", "max", "average", "first", "last", "most_frequent", "unique_list", "unique_count", "days_since", "rfm", "revenue", "profit",
        "lifetime_value",
    ];

    private static readonly string[] Bounds = ["recencyDays", "frequency", "monetary"];

    private static readonly string[] Common = ["id", "name", "description", "type"];

    public static ComputedTrait? Read(Node node)
    {
        if (node.Element.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            node.Note(ProblemCodes.WrongType, "an object");
            return null;
        }

        var id = DefinitionReader.ReadHead(node);
        if (node.Required("type", "one of " + string.Join(", ", Types)) is not { } typeNode || typeNode.Word(Types) is not (>= 0 and var at)) return null;
        var type = Types[at];
        node.IsObject([.. Common, .. MembersOf(type)]);
        return id is null ? null : type switch
        {
            "count" => Selected(node, (s, w) => new TallyTrait(TallyKind.Count, new(s, null, Sums(w))) { Id = id }),
            "sum" or "min" or "max" or "average" => WithField(
                node, (s, f, w) => new TallyTrait(Enum.Parse<TallyKind>(type, ignoreCase: true), new(s, f, Sums(w))) { Id = id }),
            "first" or "last" => WithField(node, (s, f, w) => new RegisterTrait(new(s, f, Lists(w), type == "first")) { Id = id }),
            "most_frequent" => WithField(node, (s, f, w) => new ValueListTrait(ValueListKind.MostFrequent, new(s, f, Lists(w)), 1) { Id = id }),
            "unique_count" => WithField(node, (s, f, w) => new ValueListTrait(ValueListKind.UniqueCount, new(s, f, Lists(w)), 1) { Id = id }),
            "unique_list" => (node.Member("limit") is { } l ? l.Whole(1, ValueCounts.Capacity) : 100) is { } limit
                ? WithField(node, (s, f, w) => new ValueListTrait(ValueListKind.UniqueList, new(s, f, Lists(w)), limit) { Id = id })
                : null,
            "days_since" => EventSelector.Read(node) is { } selector ? new DaysSinceTrait(new(selector, 1)) { Id = id } : null,
            "rfm" => ReadRfm(node, id),
            _ => ReadMoney(node, id, type),
        };
    }

    private static string[] MembersOf(string type) => type switch
    {
        "count" => [.. EventSelector.Members, "within"],
        "days_since" => EventSelector.Members,
        "unique_list" => [.. EventSelector.Members, "property", "context", "within", "limit"],
        "rfm" => [.. EventSelector.Members, "property", "context", "within", "recencyDays", "frequency", "monetary"],
        "revenue" => ["revenue", "within"],
        "profit" => ["revenue", "cost", "within"],
        "lifetime_value" => ["revenue", "cost", "margin"],
        _ => [.. EventSelector.Members, "property", "context", "within"],
    };

    private static BucketWindow Sums(long? within) => BucketWindow.Of(within, BucketWindow.MaxSums);

    private static BucketWindow Lists(long? within) => BucketWindow.Of(within, BucketWindow.MaxLists);

    private static ComputedTrait? Selected(Node node, Func<EventSelector, long?, ComputedTrait?> make)
    {
        var selector = EventSelector.Read(node);
        return ReadWithin(node, out var within) && selector is not null ? make(selector, within) : null;
    }

    private static ComputedTrait? WithField(Node node, Func<EventSelector, EventField, long?, ComputedTrait> make)
    {
        var at = EventSelector.ReadField(node);

        // The rest is read all the same, for what else is wrong.
        return Selected(node, (selector, within) => at is null ? null : make(selector, at, within));
    }

    private static bool ReadWithin(Node node, out long? within)
    {
        within = null;
        if (node.Member("within") is not { } member) return true;
        within = Durations.Read(member, DefinitionLimits.MinWindow, DefinitionLimits.MaxWindow);
        return within is not null;
    }

    private static RfmTrait? ReadRfm(Node node, string id)
    {
        var (selector, field) = (EventSelector.Read(node), EventSelector.ReadField(node));
        var bounds = Bounds
            .Select(name => node.Required(name, "four rising numbers") is { } member ? ReadBounds(member, whole: name == Bounds[0]) : null).ToArray();
        if (!ReadWithin(node, out var within) || selector is null || field is null || bounds.Contains(null)) return null;
        return new(
            new(selector, 1), new(selector, null, Sums(within)), new(selector, field, Sums(within)), bounds[0]!, bounds[1]!, bounds[2]!) { Id = id };
    }

    private static decimal[]? ReadBounds(Node node, bool whole)
    {
        var items = node.Items(4, 4);
        decimal?[] numbers = [.. items.Select(i => whole ? i.Whole(1, 36_500) : i.Number(0))];
        if (items.Length == 0 || numbers.Contains(null)) return null;
        if (numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second)) return [.. numbers.Select(n => n!.Value)];
        node.Note(ProblemCodes.OutOfRange, "four rising numbers");
        return null;
    }

    private static MoneyTrait? ReadMoney(Node node, string id, string type)
    {
        var margin = node.Member("margin") is { } m ? m.Number(0, 1) : 1;
        var whole = ReadWithin(node, out var within);
        var revenue = node.Required("revenue", "1 to 20 terms")?.Items(1, DefinitionLimits.MaxTerms) ?? [];
        var costs = type != "revenue" && node.Member("cost") is { } c ? c.Items(1, DefinitionLimits.MaxTerms) : [];
        MoneyTerm?[] terms = [.. revenue.Select(t => ReadTerm(t, within, margin ?? 1)), .. costs.Select(t => ReadTerm(t, within, -1))];
        return whole && margin is not null && terms.Length > 0 && !terms.Contains(null) ? new(terms!) { Id = id } : null;
    }

    private static MoneyTerm? ReadTerm(Node node, long? within, decimal factor)
    {
        if (!node.IsObject([.. EventSelector.Members, "property", "context", "amount"])) return null;
        var selector = EventSelector.Read(node);
        if (node.Member("amount") is { } amountNode)
        {
            if (node.Has("property") || node.Has("context")) node.Note(ProblemCodes.Ambiguous, "property, context or amount, only one of them");
            var amount = amountNode.Number(0, JsonNumber.MaxAmount);
            return selector is not null && amount is not null ? new(new(selector, null, Sums(within)), amount, factor) : null;
        }

        var field = EventSelector.ReadField(node);
        return selector is not null && field is not null ? new(new(selector, field, Sums(within)), null, factor) : null;
    }
}
