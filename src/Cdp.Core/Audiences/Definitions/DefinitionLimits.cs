namespace Cdp.Core.Audiences.Definitions;

/// <summary>The limits of definitions. They are part of the HTTP contract and bound what a customer's state can take.</summary>
public static class DefinitionLimits
{
    /// <summary>Bytes of one definition's JSON.</summary>
    public const int MaxBytes = 65_536;

    /// <summary>Nesting of rules in one audience; an audience within an audience starts anew.</summary>
    public const int MaxDepth = 16;

    /// <summary>Rules in one audience, the inner ones counted.</summary>
    public const int MaxRules = 200;

    /// <summary>Conditions on one event.</summary>
    public const int MaxConditions = 20;

    /// <summary>Values of one <c>in</c>.</summary>
    public const int MaxValues = 1_000;

    /// <summary>Characters of a name, a path or a text value.</summary>
    public const int MaxChars = 512;

    /// <summary>The highest count that a rule with a window can ask for: so many times are kept per customer and event condition.</summary>
    public const int MaxWindowCount = 1_000;

    /// <summary>Steps of a sequence.</summary>
    public const int MaxSteps = 8;

    /// <summary>Terms of a profit: events that earn and events that cost.</summary>
    public const int MaxTerms = 20;

    /// <summary>The shortest window.</summary>
    public static readonly TimeSpan MinWindow = TimeSpan.FromMinutes(1);

    /// <summary>The longest window.</summary>
    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(365);
}
