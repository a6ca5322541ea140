using Cdp.Core.Identity;

namespace Cdp.Core.Journal;

/// <summary>One stored record.</summary>
/// <param name="Stream">The stream it belongs to.</param>
/// <param name="Version">Its version, from 1, without gaps but for events that retention removed.</param>
/// <param name="Kind">What it says.</param>
/// <param name="TimeMs">Unix milliseconds, see <see cref="JournalEntry.TimeMs"/>.</param>
/// <param name="Body">UTF-8 JSON of our own format, or empty. The caller's to keep.</param>
public readonly record struct JournalRow(CustomerId Stream, long Version, RecordKind Kind, long TimeMs, ReadOnlyMemory<byte> Body);

/// <summary>A customer's state as it was at a version, in the format that <c>Profiles/StateCodec</c> writes.</summary>
/// <param name="Stream">The customer.</param>
/// <param name="Version">The last version that the state contains.</param>
/// <param name="State">The encoded state; the journal does not look inside.</param>
public sealed record StoredSnapshot(CustomerId Stream, long Version, ReadOnlyMemory<byte> State);

/// <summary>All that a cold load needs, read at one point in time.</summary>
/// <param name="Snapshot">The newest snapshot, null when there is none.</param>
/// <param name="Tail">The records after the snapshot, in order of version; all of them when there is none.</param>
public sealed record StreamLoad(StoredSnapshot? Snapshot, IReadOnlyList<JournalRow> Tail);

/// <summary>An erasure that an identifier was part of.</summary>
/// <param name="AtMs">Unix milliseconds of the erasure: events timed at or before it stay out for ever.</param>
/// <param name="Suppress">True when later events stay out too.</param>
public sealed record Erasure(long AtMs, bool Suppress);

/// <summary>Who owns an identifier.</summary>
/// <param name="Identifier">The identifier asked for.</param>
/// <param name="Owner">The owner, null when nobody owns it.</param>
/// <param name="Epoch">The epoch that set the owner; null exactly when there is no owner.</param>
/// <param name="LinkedAtMs">Unix milliseconds, event time of the link; 0 when there is no owner.</param>
/// <param name="Erasure">The latest erasure that the identifier was part of, null when there was none.</param>
public sealed record Ownership(Identifier Identifier, CustomerId? Owner, Epoch? Epoch, long LinkedAtMs, Erasure? Erasure)
{
    /// <summary>A version that the owner's stream has reached: that of the epoch. 0 when there is no owner.</summary>
    public long OwnerVersion => Epoch is { } epoch && epoch.Stream == Owner ? epoch.Version : 0;
}

/// <summary>A place in a timeline: the event after which (going back in time) the next page starts.</summary>
/// <param name="TimeMs">Unix milliseconds, event time.</param>
/// <param name="Stream">The event's stream.</param>
/// <param name="Version">The event's version.</param>
public readonly record struct TimelinePosition(long TimeMs, CustomerId Stream, long Version);

/// <summary>Which events of a set of streams to read, newest event time first; ties by stream, then version, descending.</summary>
/// <param name="Streams">A customer's own stream and those of all that it absorbed.</param>
/// <param name="Limit">1 to 1,001 events: a page of the HTTP contract and one more, which tells whether there is a next page.</param>
/// <param name="Before">Only events behind this place; null from the newest.</param>
/// <param name="SinceMs">Only events timed at or after this, in Unix milliseconds; null for all.</param>
public sealed record TimelineQuery(IReadOnlyList<CustomerId> Streams, int Limit, TimelinePosition? Before = null, long? SinceMs = null);
