using Cdp.Core.Identity;

namespace Cdp.Core.Events;

/// <summary>What one request says of all its events.</summary>
/// <param name="Rules">The workspace's identity rules.</param>
/// <param name="Source">The source that the key belongs to.</param>
/// <param name="ReceivedAtMs">Unix milliseconds of the arrival.</param>
/// <param name="SentAtMs">The batch's own <c>sentAt</c>, Unix milliseconds; null when it has none that can be read.</param>
/// <param name="Type">The type that the path names, which wins over the body; null when the body says it.</param>
public sealed record ParseContext(IdentityRules Rules, EventSource Source, long ReceivedAtMs, long? SentAtMs = null, EventType? Type = null)
{
    /// <summary>
    /// Makes the message id of an event that has none, unique for ever. Without it the id is a hash of the event's bytes and its arrival, so that two equal
    /// events of the same millisecond count as one.
    /// </summary>
    public Func<string>? NewMessageId { get; init; }
}

/// <summary>One event of a request, or why it is none. Exactly one of <paramref name="Event"/> and <paramref name="Rejection"/> is set.</summary>
/// <param name="MessageId">The event's message id as far as it could be read (cut to 256 characters), null when it could not.</param>
/// <param name="Event">The event.</param>
/// <param name="Rejection">The reason.</param>
public sealed record ParsedEvent(string? MessageId, CustomerEvent? Event, Reason? Rejection);
