using Cdp.Core.Identity;

namespace Cdp.Core.Grid;

/// <summary>What became of one event.</summary>
public enum EventStatus
{
    /// <summary>Durable and visible.</summary>
    Applied,

    /// <summary>It had been applied before; nothing changed.</summary>
    Duplicate,

    /// <summary>It was refused for what it says; a retry would be refused again.</summary>
    Rejected,

    /// <summary>It failed for our reasons and may be sent again. The request must answer 503 (or 429).</summary>
    Failed,
}

/// <summary>What became of one event.</summary>
/// <param name="MessageId">The event's message id.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Profile">
/// The profile that it belongs to; null when it was rejected or failed. A duplicate whose identifier has moved since it was applied names the profile
/// that the identifier moved to: the event itself stays in the history of the one it came from.
/// </param>
/// <param name="Reasons">Every decision about it and its identifiers, in the order they were taken.</param>
public sealed record EventOutcome(string MessageId, EventStatus Status, CustomerId? Profile, IReadOnlyList<Reason> Reasons);
