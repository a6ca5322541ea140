using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

/// <summary>What happened to an identifier or a profile. The numbers are stored: they are never changed or reused.</summary>
public enum DecisionKind : byte
{
#pragma warning disable CS1591 // The HTTP contract's own words.
    Linked = 1,
    Moved = 2,
    Shared = 3,
    Refused = 4,
    Merged = 5,
    Split = 6,
    Evicted = 7,
    Expired = 8,
#pragma warning restore CS1591
}

/// <summary>One entry of a profile's identity history.</summary>
/// <param name="AtMs">Unix milliseconds: when it was decided.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Identifier">The identifier concerned; null for a merge or split of whole profiles.</param>
/// <param name="Other">The other profile concerned; null when there is none.</param>
/// <param name="Code">Why, out of <see cref="ReasonCodes"/>.</param>
/// <param name="MessageId">The event that caused it; null when a person did.</param>
public sealed record IdentityDecision(
    long AtMs, DecisionKind Kind, Identifier? Identifier, CustomerId? Other, string Code, string? MessageId)
{
    /// <summary>The merge that was made or undone; null when it was none.</summary>
    public MergeId? Merge { get; init; }

    /// <summary>Who decided and why, when a person did.</summary>
    public PersonNote? Note { get; init; }
}
