using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Profiles;

/// <summary>One decision about an identifier as a stream records it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Identifier">The identifier.</param>
/// <param name="Code">Why.</param>
/// <param name="Other">The other profile: whom it came from or went to, or who keeps it. Null when there is none.</param>
/// <param name="Link">What the stream's customer holds from now on; null when it does not hold the identifier (refused, or moved away).</param>
public sealed record Decision(DecisionKind Kind, Identifier Identifier, string Code, CustomerId? Other = null, LinkFact? Link = null);

/// <summary>A link as it is recorded.</summary>
/// <param name="Part">The part that events coming in by the identifier fold into.</param>
/// <param name="LinkedAtMs">Unix milliseconds, event time.</param>
/// <param name="Source">The source's name.</param>
/// <param name="NotBeforeMs">See <see cref="Link.NotBeforeMs"/>.</param>
/// <param name="Seen">With a move: the message ids that came in by it, so that a retry is still known.</param>
public sealed record LinkFact(
    CustomerId Part, long LinkedAtMs, string Source, long? NotBeforeMs = null, IReadOnlyList<MessageWindow.Entry>? Seen = null);

/// <summary>The body of <see cref="Journal.RecordKind.Decided"/>: all decisions of one event, in their order.</summary>
/// <param name="MessageId">The event; null when a person decided.</param>
/// <param name="Decisions">At least one.</param>
public sealed record DecidedRecord(string? MessageId, IReadOnlyList<Decision> Decisions);

/// <summary>The body of <see cref="Journal.RecordKind.MergedInto"/>.</summary>
/// <param name="Survivor">Who holds everything from now on.</param>
/// <param name="Code">Why.</param>
/// <param name="MessageId">The event that caused it; null when a person did.</param>
public sealed record MergedIntoRecord(CustomerId Survivor, string Code, string? MessageId);

/// <summary>The body of <see cref="Journal.RecordKind.Absorbed"/>.</summary>
/// <param name="Loser">Whose parts and identifiers this customer holds from now on.</param>
/// <param name="LoserVersion">The version of the loser's stream that they were taken at; its <c>MergedInto</c> follows.</param>
/// <param name="Code">Why.</param>
/// <param name="MessageId">The event that caused it; null when a person did.</param>
/// <param name="Note">Who did it and why, when a person did.</param>
public sealed record AbsorbedRecord(CustomerId Loser, long LoserVersion, string Code, string? MessageId, PersonNote? Note = null)
{
    /// <summary>Unix milliseconds: the survivor's trait values go before those that the loser had until then. Null where the later value wins.</summary>
    public long? YieldsUntilMs { get; init; }
}

/// <summary>What a person says of a decision.</summary>
/// <param name="By">The name of the key that was used.</param>
/// <param name="Reason">Free text; null when none was given.</param>
public sealed record PersonNote(string By, string? Reason);

/// <summary>The body of <see cref="Journal.RecordKind.Split"/> and <see cref="Journal.RecordKind.Restored"/>.</summary>
/// <param name="Other">The other side: who was given away, or who gave.</param>
/// <param name="Code">Why.</param>
/// <param name="Note">Who did it and why.</param>
/// <param name="Undone">The merge that this undoes; null for a split by identifiers.</param>
/// <param name="State">
/// The whole state of this side as <see cref="StateCodec"/> writes it, at this record's version: a fold starts here, so that neither side ever reads
/// the other one again, whatever is erased or trimmed there.
/// </param>
/// <param name="Moved">
/// With <see cref="Journal.RecordKind.Restored"/>: how the events right before this record count, which came from the other side, oldest version first.
/// </param>
public sealed record SplitRecord(
    CustomerId Other, string Code, PersonNote Note, MergeId? Undone, ReadOnlyMemory<byte> State, IReadOnlyList<MovedEvents> Moved);

/// <summary>Some events in a row that count alike.</summary>
/// <param name="Part">The part that they fold into.</param>
/// <param name="Anchor">The identifier that they came in by.</param>
/// <param name="Count">How many.</param>
public readonly record struct MovedEvents(CustomerId Part, Identifier Anchor, int Count);

/// <summary>The body of <see cref="Journal.RecordKind.Patched"/>.</summary>
/// <param name="Origin">Who wrote the traits, and when.</param>
/// <param name="Traits">A JSON object (UTF-8).</param>
public sealed record PatchedRecord(Origin Origin, ReadOnlyMemory<byte> Traits)
{
    /// <summary>The rules that judge the traits: those that were in force when they were written.</summary>
    public WrittenRules Rules { get; init; } = WrittenRules.None;
}
