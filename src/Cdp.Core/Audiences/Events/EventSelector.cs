using System.Globalization;
using System.Text.Json;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Events;

namespace Cdp.Core.Audiences.Events;

/// <summary>Which events count: a name or <c>*</c>, perhaps a call, conditions, and perhaps fixed bounds of time.</summary>
internal sealed class EventSelector
{
    /// <summary>The members that a selector has in a definition.</summary>
    public static readonly string[] Members = ["event", "call", "where", "from", "to"];

    private static readonly string[] Calls = ["identify", "track", "page", "screen", "group", "alias"];

    private EventType? Call { get; init; }

    private long FromMs { get; init; } = long.MinValue;

    private long ToMs { get; init; } = long.MaxValue;

    /// <summary>The name; null for any.</summary>
    public string? Name { get; private init; }

    public IReadOnlyList<EventCondition> Conditions { get; private init; } = [];

    /// <summary>A text that is equal for selectors that were written equally.</summary>
    public string Canonical { get; private init; } = "";

    /// <summary>Every event.</summary>
    public static EventSelector Any { get; } = new() { Canonical = "any" };

    /// <summary>Reads the members <c>event</c>, <c>call</c>, <c>where</c>, <c>from</c> and <c>to</c> of an object.</summary>
    /// <returns>The selector; null and noted when it is none.</returns>
    public static EventSelector? Read(Node node)
    {
        var name = node.Required("event", "the event's name, or * for any")?.Text();
        var call = node.Member("call") is { } c ? c.Word(Calls) : -2;
        var conditions = node.Member("where") is { } where ? where.Items(1, DefinitionLimits.MaxConditions).Select(ReadCondition).ToArray() : [];
        var from = node.Member("from") is { } f ? ValueTests.ReadTime(f) : long.MinValue;
        var to = node.Member("to") is { } t ? ValueTests.ReadTime(t) : long.MaxValue;
        if (name is null || call == -1 || conditions.Contains(null) || from is null || to is null) return null;
        if (from >= to) node.Member("to")!.Value.Note(ProblemCodes.OutOfRange, "a time after from");
        return new()
        {
            Name = name == "*" ? null : name,
            Call = call >= 0 ? (EventType)(call + 1) : null,
            Conditions = conditions!,
            FromMs = from.Value,
            ToMs = to.Value,
            Canonical = string.Create(CultureInfo.InvariantCulture, $"{JsonSerializer.Serialize(name)}|{call}|{Text(node.Member("where"))}|{from}|{to}"),
        };
    }

    public bool Matches(ref EventReading reading)
    {
        var e = reading.Event;
        if (Call is { } call && e.Type != call) return false;
        if (e.OrderMs < FromMs || e.OrderMs >= ToMs) return false;
        foreach (var (field, test) in Conditions)
        {
            var holds = test is NumberTest number
                ? reading.NumberOf(field) is { } value && number.MatchesNumber(value)
                : test.Matches(reading.JsonOf(field), reading.ValueOf(field));
            if (!holds) return false;
        }

        return true;
    }

    private static EventCondition? ReadCondition(Node node)
    {
        var whole = node.IsObject("property", "context", "op", "value");
        return whole && ReadField(node) is { } field && ValueTests.Read(node, withClock: false) is { } test ? new(field, test) : null;
    }

    /// <summary>Reads <c>property</c> or <c>context</c>.</summary>
    public static EventField? ReadField(Node node)
    {
        var inContext = node.Has("context");
        if (inContext && node.Has("property"))
        {
            node.Note(ProblemCodes.Ambiguous, "property or context, not both");
            return null;
        }

        return node.Required(inContext ? "context" : "property", "a path into the event's properties or context") is { } at && JsonPath.Read(at) is { } path
            ? new(inContext, path)
            : null;
    }

    // Conditions that differ only in spaces are one; a different order of members is not worth knowing better.
    private static string Text(Node? where) => where is { } w ? JsonSerializer.Serialize(w.Element) : "";
}
