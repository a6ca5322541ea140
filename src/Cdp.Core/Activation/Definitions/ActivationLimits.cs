namespace Cdp.Core.Activation.Definitions;

/// <summary>The limits of triggers. They are part of the HTTP contract and bound what a customer's state can take.</summary>
public static class ActivationLimits
{
    /// <summary>Actions of one trigger.</summary>
    public const int MaxActions = 8;

    /// <summary>Caps of one trigger, and of the workspace.</summary>
    public const int MaxCaps = 20;

    /// <summary>The highest count of a cap.</summary>
    public const int MaxCapCount = 100;

    /// <summary>Fence ids, or tags, of one trigger.</summary>
    public const int MaxFences = 1_000;

    /// <summary>Placeholders in one payload.</summary>
    public const int MaxPlaceholders = 100;

    /// <summary>Bytes of a payload's template.</summary>
    public const int MaxTemplateBytes = 16_384;

    /// <summary>Bytes of a payload as it is sent.</summary>
    public const int MaxPayloadBytes = 32_768;

    /// <summary>Sends remembered of one customer, over all parts. With so many no more are decided (<see cref="DecisionCodes.TooManySends"/>), so that no cap is ever exceeded for want of memory.</summary>
    public const int MaxSends = 1_000;

    /// <summary>Decisions remembered in each part, so that a repeat of an occasion is recognised.</summary>
    public const int MaxRecentDecisions = 256;

    /// <summary>The shortest window of caps, cool-downs and messages over channels.</summary>
    public static readonly TimeSpan MinWindow = TimeSpan.FromSeconds(1);

    /// <summary>The longest one.</summary>
    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(90);
}
