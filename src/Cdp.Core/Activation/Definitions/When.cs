using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.Membership;

namespace Cdp.Core.Activation.Definitions;

/// <summary>What a trigger waits for.</summary>
/// <param name="Kind">The kind of occasion.</param>
internal abstract record When(OccasionKind Kind)
{
    private static readonly string[] Kinds = ["event", "audience", "fence", "fenceTag", "computed"];

    /// <summary>Reads it: which one an object is, is said by its members.</summary>
    /// <returns>What is waited for; null and noted when it is nothing.</returns>
    public static When? Read(Node node)
    {
        if (node.Element.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            node.Note(ProblemCodes.WrongType, "an object");
            return null;
        }

        string[] kinds = [.. Kinds.Where(node.Has)];
        switch (kinds)
        {
            case ["event"]:
                return node.IsObject(EventSelector.Members) && EventSelector.Read(node) is { } selector ? new EventWhen(selector) : null;
            case ["audience"]: return AudienceWhen.Read(node);
            case ["computed"]: return ComputedWhen.Read(node);
            case ["fence"] or ["fenceTag"] or ["fence", "fenceTag"]: return FenceWhen.Read(node);
            default:
                node.Note(kinds.Length == 0 ? ProblemCodes.Missing : ProblemCodes.Ambiguous, "exactly one of event, audience, computed, and fence or fenceTag or both");
                return null;
        }
    }
}

/// <summary><c>event</c>: an event, selected as in rules of audiences.</summary>
internal sealed record EventWhen(EventSelector Selector) : When(OccasionKind.Event);

/// <summary><c>audience</c>: an entry or an exit.</summary>
internal sealed record AudienceWhen(Node At, string Audience, bool[] Kinds) : When(OccasionKind.Audience)
{
    public bool WaitsFor(ChangeKind kind) => Kinds[(int)kind];

    public static new AudienceWhen? Read(Node node)
    {
        node.IsObject("audience", "on");
        var at = node.Member("audience")!.Value;
        var kinds = WhenWords.Read(node, [true, false], "enter", "exit");
        return DefinitionReader.ReadId(at) is { } id && kinds is not null ? new(at, id, kinds) : null;
    }
}

/// <summary><c>fence</c> and <c>fenceTag</c>: a transition at a fence that is named or has a tag that is.</summary>
internal sealed record FenceWhen(string[] Fences, string[] Tags, bool[] Kinds) : When(OccasionKind.Fence)
{
    /// <summary>As definitions and payloads write them, in the order of <see cref="FenceMove"/>.</summary>
    public static readonly string[] Moves = ["enter", "exit", "dwell", "cross"];

    public bool WaitsFor(FenceMove move) => Kinds[(int)move];

    public static new FenceWhen? Read(Node node)
    {
        node.IsObject("fence", "fenceTag", "on");
        var (fences, tags) = (Names(node.Member("fence")), Names(node.Member("fenceTag")));
        var kinds = WhenWords.Read(node, [true, false, false, false], Moves);
        return fences.Contains(null) || tags.Contains(null) || fences.Length + tags.Length == 0 || kinds is null ? null : new(fences!, tags!, kinds);
    }

    private static string?[] Names(Node? node) => node is { } n ? [.. n.Items(1, ActivationLimits.MaxFences).Select(i => i.Text(128))] : [];
}

/// <summary><c>computed</c>: a computed trait that goes above a value, or below one.</summary>
internal sealed record ComputedWhen(Node At, string Computed, bool IsAbove, decimal Value) : When(OccasionKind.Computed)
{
    /// <summary>Equal for triggers that wait for the same crossing.</summary>
    public string Crossing { get; } = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Computed}{(IsAbove ? " above " : " below ")}{Value}");

    public bool IsBeyond(decimal? value) => value is { } number && (IsAbove ? number > Value : number < Value);

    public static new ComputedWhen? Read(Node node)
    {
        node.IsObject("computed", "above", "below");
        var at = node.Member("computed")!.Value;
        var id = DefinitionReader.ReadId(at);
        if (node.Has("above") == node.Has("below"))
        {
            node.Note(node.Has("above") ? ProblemCodes.Ambiguous : ProblemCodes.Missing, "above or below");
            return null;
        }

        var value = node.Member(node.Has("above") ? "above" : "below")!.Value.Number();
        return id is null || value is null ? null : new(at, id, node.Has("above"), Audiences.Values.JsonNumber.Plain(value.Value));
    }
}

/// <summary>The member <c>on</c>.</summary>
internal static class WhenWords
{
    /// <summary>Reads which of some words are listed.</summary>
    /// <returns>By word; what is given when there is no list; null and noted when one is none of them.</returns>
    public static bool[]? Read(Node node, bool[] otherwise, params string[] words)
    {
        if (node.Member("on") is not { } on) return otherwise;
        int[] places = [.. on.Items(1, words.Length).Select(i => i.Word(words))];
        return places.Length == 0 || places.Contains(-1) ? null : [.. words.Select((_, at) => places.Contains(at))];
    }
}
