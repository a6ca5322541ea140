using Cdp.Core.Activation.Limits;
using Cdp.Core.Activation.Templates;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Rules;

namespace Cdp.Core.Activation.Definitions;

/// <summary>The consent that a trigger demands.</summary>
/// <param name="Purpose">The purpose.</param>
/// <param name="Channel">The channel; null for the purpose as a whole.</param>
public sealed record ConsentDemand(string Purpose, string? Channel);

/// <summary>A trigger, read out of its JSON.</summary>
public sealed class TriggerDefinition
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The definition's version.</summary>
    public long Version { get; internal set; }

    /// <summary>The channel that its messages go out on, for caps; null when it names none.</summary>
    public string? Channel { get; init; }

    /// <summary>What its messages are called, equal for those that must not come twice over two channels; null when it names none.</summary>
    public string? Message { get; init; }

    /// <summary>The consent that it demands; null when none.</summary>
    public ConsentDemand? Consent { get; init; }

    /// <summary>Whether it is paused.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Where its messages go.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>Unix milliseconds from which it acts.</summary>
    public long ActiveFromMs { get; init; } = long.MinValue;

    /// <summary>Unix milliseconds from which it acts no more.</summary>
    public long ActiveUntilMs { get; init; } = long.MaxValue;

    internal When When { get; init; } = null!;

    internal Rule? Condition { get; init; }

    internal QuietHours? QuietHours { get; init; }

    internal IReadOnlyList<Cap> Caps { get; init; } = [];

    internal long CooldownMs { get; init; }

    internal long OtherChannelMs { get; init; }

    internal Holdout? Holdout { get; init; }

    internal PayloadNode Payload { get; init; } = null!;

    internal IReadOnlyList<(PayloadField Field, Node At)> Fields { get; init; } = [];

    /// <summary>Checks a trigger's definition but for what it refers to, which only a plan knows.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <returns>What is wrong with it; empty when nothing is.</returns>
    public static IReadOnlyList<DefinitionProblem> Check(ReadOnlyMemory<byte> json)
    {
        List<DefinitionProblem> problems = [];
        using var document = DefinitionReader.Open(json, problems);
        if (document is not null) TriggerReader.Read(new(document.RootElement, "$", problems));
        return problems;
    }
}
