using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Events;

/// <summary>One accepted event: parsed, checked, with its identifiers normalised. Immutable.</summary>
public sealed class CustomerEvent
{
    /// <summary>The sender's id of the event, 1 to 256 characters; generated when it was missing.</summary>
    public required string MessageId { get; init; }

    /// <summary>The first 16 bytes of the SHA-256 of <see cref="MessageId"/>: what de-duplication remembers.</summary>
    public required UInt128 MessageHash { get; init; }

    /// <summary>Which call of the spec it is.</summary>
    public required EventType Type { get; init; }

    /// <summary>The event's name: <c>event</c> of a track, <c>name</c> of a page or screen; null for the others or when not given.</summary>
    public string? Name { get; init; }

    /// <summary>The <c>category</c> of a page or screen; null for the others or when not given.</summary>
    public string? Category { get; init; }

    /// <summary>When it happened, in Unix milliseconds, corrected by the sender's clock skew.</summary>
    public required long TimeMs { get; init; }

    /// <summary>When it arrived here, in Unix milliseconds.</summary>
    public required long ReceivedAtMs { get; init; }

    /// <summary>The time that orders values: event time, but never later than the arrival, so that a clock set to 2099 does not win for ever.</summary>
    public long OrderMs => Math.Min(TimeMs, ReceivedAtMs);

    /// <summary>Normalised identifiers, strongest first (priority, then type, then value), without repeats. Never empty.</summary>
    public required IReadOnlyList<Identifier> Identifiers { get; init; }

    /// <summary>For an alias: the raw previous id, trimmed; which type it is known as is looked up when it is routed. Null for all other calls.</summary>
    public string? PreviousId { get; init; }

    /// <summary>
    /// Whether it carries a user id where user ids share a namespace with others, so that the type of its identifiers does not tell. False otherwise.
    /// </summary>
    public bool NamesUser { get; init; }

    /// <summary>Identifiers that were left out, and why.</summary>
    public IReadOnlyList<Reason> LeftOut { get; init; } = [];

    /// <summary>Where it came from.</summary>
    public required EventSource Source { get; init; }

    /// <summary>
    /// The person's traits: the traits object of an identify (UTF-8 JSON), empty when there is none and for all other calls. A slice of <see cref="Body"/>.
    /// The traits of a group are the group's; the body keeps them.
    /// </summary>
    public ReadOnlyMemory<byte> Traits { get; init; }

    /// <summary>The rules that judge its traits: those that were in force when it arrived.</summary>
    public WrittenRules TraitRules { get; init; } = WrittenRules.None;

    /// <summary>The properties object (UTF-8 JSON), empty when there is none. A slice of <see cref="Body"/>.</summary>
    public ReadOnlyMemory<byte> Properties { get; init; }

    /// <summary>The context object (UTF-8 JSON), empty when there is none. A slice of <see cref="Body"/>.</summary>
    public ReadOnlyMemory<byte> Context { get; init; }

    /// <summary>Page, campaign and device as the fold needs them, read once out of context and properties; null when it has none of them.</summary>
    public EventEvidence? Evidence { get; init; }

    /// <summary>The whole event as the journal keeps it: our own versioned JSON, see <see cref="EventBody"/>.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}
