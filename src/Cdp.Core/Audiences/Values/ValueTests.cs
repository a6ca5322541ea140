using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Windows;
using Cdp.Core.Events;

namespace Cdp.Core.Audiences.Values;

/// <summary>Reads <c>"op"</c> and <c>"value"</c> of a condition.</summary>
internal static class ValueTests
{
    private static readonly string[] Ops =
    [
        "eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "exists", "not_exists", "contains", "starts_with", "ends_with", "before", "after",
        "within_last", "within_next", "older_than",
    ];

    // In the order of Comparison.
    private static readonly string[] Comparisons = ["eq", "gt", "gte", "lt", "lte"];

    /// <summary>Reads it.</summary>
    /// <param name="node">The condition.</param>
    /// <param name="withClock">Whether tests that change by time alone may stand here.</param>
    /// <returns>The test; null and noted when it is none.</returns>
    public static ValueTest? Read(Node node, bool withClock)
    {
        var ops = withClock ? Ops.AsSpan() : Ops.AsSpan()[..^3];
        if (node.Required("op", "one of " + string.Join(", ", ops!)) is not { } opNode || opNode.Word(ops) is not (>= 0 and var op)) return null;
        var name = Ops[op];
        if (name is "exists" or "not_exists")
        {
            if (node.Member("value") is { } extra) extra.Note(ProblemCodes.UnknownMember, $"no value with {name}");
            return name == "exists" ? new ExistsTest() : new OppositeTest(new ExistsTest());
        }

        if (node.Required("value", "the value to compare with") is not { } value) return null;
        return name switch
        {
            "eq" => Equal(value),
            "ne" => Equal(value) is { } equal ? new OppositeTest(equal) : null,
            "in" => ReadSet(value),
            "not_in" => ReadSet(value) is { } set ? new OppositeTest(set) : null,
            "contains" => IsScalar(value) ? new ContainsTest(value.Element) : null,
            "starts_with" => value.Text() is { } text ? new TextTest(TextPlace.Start, text) : null,
            "ends_with" => value.Text() is { } text ? new TextTest(TextPlace.End, text) : null,
            "before" or "after" => ReadTime(value) is { } ms ? new TimeTest(name == "before", ms) : null,
            "within_last" => ReadLength(value) is { } ms ? new RelativeTimeTest(TimePlace.WithinLast, ms) : null,
            "within_next" => ReadLength(value) is { } ms ? new RelativeTimeTest(TimePlace.WithinNext, ms) : null,
            "older_than" => ReadLength(value) is { } ms ? new RelativeTimeTest(TimePlace.OlderThan, ms) : null,
            _ => value.Number() is { } number ? new NumberTest((Comparison)Array.IndexOf(Comparisons, name), number) : null,
        };
    }

    /// <summary>A fixed moment; null and noted when it is none.</summary>
    public static long? ReadTime(Node node)
    {
        if (node.Text(40) is not { } text) return null;
        if (TimestampReader.TryParseIso(Encoding.UTF8.GetBytes(text), out var ms)) return ms;
        node.Note(ProblemCodes.WrongType, "an ISO 8601 time, such as 2026-01-31 or 2026-01-31T12:00:00Z");
        return null;
    }

    private static long? ReadLength(Node node) => Durations.Read(node, DefinitionLimits.MinWindow, TimeSpan.FromDays(36_500));

    private static ValueTest? Equal(Node value)
    {
        if (!IsScalar(value)) return null;
        return value.Element.ValueKind == JsonValueKind.Number ? new NumberTest(Comparison.Equal, value.Element.GetDecimal()) : new OneOfTest([value.Element]);
    }

    private static OneOfTest? ReadSet(Node node)
    {
        var items = node.Items(1, DefinitionLimits.MaxValues);
        return items.Length > 0 && Array.TrueForAll(items, IsScalar) ? new OneOfTest(items.Select(i => i.Element)) : null;
    }

    private static bool IsScalar(Node node)
    {
        switch (node.Element.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False: return true;
            case JsonValueKind.Number: return node.Number() is not null;
            case JsonValueKind.String: return node.Element.GetRawText() == "\"\"" || node.Text() is not null;
            default:
                node.Note(ProblemCodes.WrongType, "a string, a number or a boolean");
                return false;
        }
    }
}
