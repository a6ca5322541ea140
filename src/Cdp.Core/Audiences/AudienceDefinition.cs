using Cdp.Core.Audiences.Computed;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Rules;

namespace Cdp.Core.Audiences;

/// <summary>One version of a definition as it is stored.</summary>
/// <param name="Json">UTF-8 JSON.</param>
/// <param name="Version">Rises with every change.</param>
public sealed record DefinitionSource(ReadOnlyMemory<byte> Json, long Version);

/// <summary>An audience, read out of its JSON.</summary>
public sealed class AudienceDefinition
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The definition's version.</summary>
    public long Version { get; internal set; }

    /// <summary>The purpose that members have consented to; null when the audience is for none.</summary>
    public string? Purpose { get; init; }

    /// <summary>The channel of <see cref="Purpose"/>; null for the purpose as a whole.</summary>
    public string? Channel { get; init; }

    /// <summary>Whether members stay as they were, and nobody enters or leaves, until it goes on.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The rule, the consent to the purpose included.</summary>
    internal Rule Rule { get; private init; } = null!;

    /// <summary>Checks an audience's definition but for what it refers to, which only a plan knows.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <returns>What is wrong with it; empty when nothing is.</returns>
    public static IReadOnlyList<DefinitionProblem> Check(ReadOnlyMemory<byte> json)
    {
        List<DefinitionProblem> problems = [];
        using var document = DefinitionReader.Open(json, problems);
        if (document is not null) Read(new(document.RootElement, "$", problems));
        return problems;
    }

    /// <summary>Checks a computed trait's definition.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <returns>What is wrong with it; empty when nothing is.</returns>
    public static IReadOnlyList<DefinitionProblem> CheckComputed(ReadOnlyMemory<byte> json)
    {
        List<DefinitionProblem> problems = [];
        using var document = DefinitionReader.Open(json, problems);
        if (document is not null) ComputedTraitReader.Read(new(document.RootElement, "$", problems));
        return problems;
    }

    internal static AudienceDefinition? Read(Node node)
    {
        if (node.Element.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            node.Note(ProblemCodes.WrongType, "an object");
            return null;
        }

        node.IsObject("id", "name", "description", "purpose", "channel", "paused", "rule");
        var id = DefinitionReader.ReadHead(node);
        var purpose = node.Member("purpose") is { } p ? DefinitionReader.ReadId(p) : null;
        var channel = node.Member("channel") is { } c ? DefinitionReader.ReadId(c) : null;
        if (channel is not null && !node.Has("purpose")) node.Member("channel")!.Value.Note(ProblemCodes.Missing, "a purpose beside the channel");
        var paused = node.Member("paused") is { } s && s.Flag();
        var rule = node.Required("rule", "a rule") is { } r ? new RuleReader().Read(r) : null;
        if (id is null || rule is null) return null;
        if (purpose is not null) rule = new GroupRule(all: true, [new ConsentRule(purpose, channel, ConsentState.Granted), rule]);
        return new() { Id = id, Purpose = purpose, Channel = channel, IsPaused = paused, Rule = rule };
    }
}
