using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Audiences.Windows;
using Cdp.Core.Identity;

namespace Cdp.Core.Audiences.Rules;

/// <summary>Reads a rule's JSON tree. Which rule an object is, is said by exactly one of its members.</summary>
internal sealed class RuleReader
{
    private static readonly string[] Kinds =
        ["all", "any", "not", "trait", "computed", "event", "sequence", "identifier", "reachable", "consent", "audience", "position"];

    private int _count;

    /// <summary>Reads one rule.</summary>
    /// <param name="node">The rule.</param>
    /// <param name="depth">1 for the outermost.</param>
    /// <returns>The rule; null and noted when it is none.</returns>
    public Rule? Read(Node node, int depth = 1)
    {
        if (node.Element.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            node.Note(ProblemCodes.WrongType, "a rule: an object");
            return null;
        }

        if (depth > DefinitionLimits.MaxDepth || ++_count > DefinitionLimits.MaxRules)
        {
            node.Note(
                depth > DefinitionLimits.MaxDepth ? ProblemCodes.TooDeep : ProblemCodes.TooLarge,
                $"at most {DefinitionLimits.MaxRules} rules, {DefinitionLimits.MaxDepth} deep");
            return null;
        }

        string[] kinds = [.. Kinds.Where(node.Has)];
        if (kinds.Length == 1) return Read(node, kinds[0], node.Member(kinds[0])!.Value, depth);
        node.Note(kinds.Length == 0 ? ProblemCodes.Missing : ProblemCodes.Ambiguous, "exactly one of " + string.Join(", ", Kinds));
        return null;
    }

    private Rule? Read(Node node, string kind, Node value, int depth) => kind switch
    {
        "all" or "any" => node.IsObject(kind) ? ReadGroup(value, kind == "all", depth) : null,
        "not" => node.IsObject(kind) && Read(value, depth + 1) is { } inner ? new NotRule(inner) : null,
        "trait" => ReadTrait(node, value),
        "computed" => ReadComputed(node, value),
        "event" => ReadEvent(node),
        "sequence" => ReadSequence(node, value),
        "identifier" => ReadIdentifier(node, value),
        "reachable" => node.IsObject(kind) && value.Word([.. Channels.Names]) is >= 0 and var at ? new IdentifierRule(Channels.TypesOf(Channels.Names[at]), 1) : null,
        "consent" => ReadConsent(node, value),
        "audience" => node.IsObject(kind) && DefinitionReader.ReadId(value) is { } id ? new AudienceRule(value, id) : null,
        _ => ReadPosition(node, value),
    };

    private GroupRule? ReadGroup(Node items, bool all, int depth)
    {
        Rule?[] rules = [.. items.Items(1, DefinitionLimits.MaxRules).Select(item => Read(item, depth + 1))];
        return rules.Length == 0 || rules.Contains(null) ? null : new(all, rules!);
    }

    private static TraitRule? ReadTrait(Node node, Node value)
    {
        node.IsObject("trait", "op", "value");
        var (path, test) = (JsonPath.Read(value), ValueTests.Read(node, withClock: true));
        return path is null || test is null ? null : new(System.Text.Encoding.UTF8.GetString(path.Root), path, test);
    }

    private static ComputedRule? ReadComputed(Node node, Node value)
    {
        node.IsObject("computed", "field", "op", "value");
        var (id, test) = (DefinitionReader.ReadId(value), ValueTests.Read(node, withClock: !node.Has("field")));
        return id is null || test is null ? null : new(value, id, node.Member("field"), test);
    }

    private static Rule? ReadEvent(Node node)
    {
        node.IsObject([.. EventSelector.Members, "atLeast", "atMost", "within"]);
        var selector = EventSelector.Read(node);
        var window = node.Member("within") is { } w ? Window.Read(w) : AllTime.Instance;
        var max = window is AllTime ? 1_000_000_000 : DefinitionLimits.MaxWindowCount;
        var atMost = node.Member("atMost") is { } m ? m.Whole(0, max) : -1;
        var atLeast = node.Member("atLeast") is { } l ? l.Whole(1, max) : atMost >= 0 ? 0 : 1;
        if (selector is null || window is null || atLeast is null || atMost is null) return null;
        if (atMost >= 0 && atLeast > atMost)
        {
            node.Member("atLeast")!.Value.Note(ProblemCodes.OutOfRange, "not more than atMost");
            return null;
        }

        var least = atLeast > 0 ? AtLeast(selector, atLeast.Value, window) : null;
        var most = atMost >= 0 ? new NotRule(AtLeast(selector, atMost.Value + 1, window)) : null;
        return least is null ? most : most is null ? least : new GroupRule(all: true, [least, most]);
    }

    private static Rule AtLeast(EventSelector selector, int count, Window window) => window is AllTime
        ? new EverRule(new(selector, null, BucketWindow.Ever), count)
        : new EventRule(new(selector, count), count, window);

    private static SequenceRule? ReadSequence(Node node, Node value)
    {
        node.IsObject("sequence", "in", "within");
        EventSelector?[] steps = [.. value.Items(2, DefinitionLimits.MaxSteps)
            .Select(step => step.IsObject(EventSelector.Members) ? EventSelector.Read(step) : null)];
        var inMs = node.Required("in", "the time from the first step to the last, such as 1h") is { } i
            ? Durations.Read(i, TimeSpan.FromSeconds(1), DefinitionLimits.MaxWindow)
            : null;
        var window = node.Member("within") is { } w ? Window.Read(w) : AllTime.Instance;
        return steps.Length == 0 || steps.Contains(null) || inMs is null || window is null ? null : new(new(steps!, inMs.Value), window);
    }

    private static IdentifierRule? ReadIdentifier(Node node, Node value)
    {
        node.IsObject("identifier", "atLeast");
        var atLeast = node.Member("atLeast") is { } l ? l.Whole(1, 1_000) : 1;
        if (value.Text(64) is not { } text) return null;
        if (IdentifierNames.TryNormalize(text, out var type) && type == text) return atLeast is null ? null : new([type], atLeast.Value);
        value.Note(ProblemCodes.UnknownValue, "the name of an identifier type, such as email");
        return null;
    }

    private static ConsentRule? ReadConsent(Node node, Node value)
    {
        node.IsObject("consent", "channel", "state");
        var purpose = DefinitionReader.ReadId(value);
        var channel = node.Member("channel") is { } c ? DefinitionReader.ReadId(c) : null;
        var state = node.Member("state") is { } s ? s.Word(ConsentWords.States) : (int)ConsentState.Granted;
        return purpose is null || state < 0 || (node.Has("channel") && channel is null) ? null : new(purpose, channel, (ConsentState)state);
    }

    private static PositionRule? ReadPosition(Node node, Node value)
    {
        node.IsObject("position", "within");
        if (!value.IsObject("latitude", "longitude", "radiusMetres")) return null;
        var latitude = value.Required("latitude", "degrees")?.Number(-90, 90);
        var longitude = value.Required("longitude", "degrees")?.Number(-180, 180);
        var radius = value.Required("radiusMetres", "metres")?.Number(1, 20_037_508);
        var window = node.Member("within") is { } w ? Window.Read(w) : AllTime.Instance;
        return latitude is null || longitude is null || radius is null || window is null
            ? null
            : new(new(EventSelector.Any), new((double)latitude, (double)longitude), (double)radius, window);
    }
}
