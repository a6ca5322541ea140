using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Journal;

/// <summary>What set an identifier's present owner: a version of a stream. It never repeats, so it is the expected value of the next change.</summary>
/// <param name="Stream">The stream whose append changed the owner.</param>
/// <param name="Version">The version of that append.</param>
public readonly record struct Epoch(CustomerId Stream, long Version);

/// <summary>One record to append.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="TimeMs">Unix milliseconds: the event's time for <see cref="RecordKind.Event"/>, the decision's time for all others.</param>
/// <param name="Body">UTF-8 JSON of our own format, or empty. The journal only reads it, and only until the commit's task ends.</param>
public readonly record struct JournalEntry(RecordKind Kind, long TimeMs, ReadOnlyMemory<byte> Body);

/// <summary>Records for one stream, which become versions <c>ExpectedVersion + 1</c>, <c>+ 2</c> and so on.</summary>
/// <param name="Stream">The customer.</param>
/// <param name="ExpectedVersion">The stream's last version, 0 for a stream that does not exist yet.</param>
/// <param name="Entries">At least one.</param>
public sealed record StreamAppend(CustomerId Stream, long ExpectedVersion, IReadOnlyList<JournalEntry> Entries);

/// <summary>One change of an identifier's owner.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Expected">The epoch that set its present owner, null when it must be unowned.</param>
/// <param name="Owner">The new owner, null when nobody is to own it.</param>
/// <param name="Next">The epoch of this change: a version that the same unit appends.</param>
/// <param name="LinkedAtMs">Unix milliseconds, event time of the link.</param>
/// <param name="LastSeenMs">Unix milliseconds, event time of the latest event that carried it.</param>
/// <param name="Source">The name of the source that linked it.</param>
public sealed record OwnershipChange(
    Identifier Identifier, Epoch? Expected, CustomerId? Owner, Epoch Next, long LinkedAtMs, long LastSeenMs, string Source);

/// <summary>
/// Events that leave a stream because the unit appends them to another one. The stream's snapshot goes with them, because it may hold what they did; its
/// version stays, and versions that are not there any more are passed over.
/// </summary>
/// <param name="Stream">A stream whose last record is of another kind than <see cref="RecordKind.Event"/>, once the unit is written.</param>
/// <param name="Versions">Versions of events, each once.</param>
public sealed record EventRemoval(CustomerId Stream, IReadOnlyList<long> Versions);

/// <summary>One atomic commit: all of it is durable, or none of it.</summary>
/// <param name="Workspace">The workspace that everything in the unit belongs to.</param>
/// <param name="Appends">At least one; no stream twice.</param>
/// <param name="Ownership">Changes of owners; no identifier twice.</param>
public sealed record UnitOfWork(string Workspace, IReadOnlyList<StreamAppend> Appends, IReadOnlyList<OwnershipChange> Ownership)
{
    /// <summary>Events that leave their streams; no stream twice. Only a split has any.</summary>
    public IReadOnlyList<EventRemoval> Removals { get; init; } = [];

    /// <summary>
    /// Records that a later one of the unit's has made useless: older states of a kind that only the newest counts of (<see cref="RecordKind.Positioned"/>). One
    /// that is not there is passed over.
    /// </summary>
    public IReadOnlyList<RecordPlace> Superseded { get; init; } = [];

    /// <summary>What the index knows of customers from now on; no stream twice.</summary>
    public IReadOnlyList<CustomerIndex> Index { get; init; } = [];

    /// <summary>Customers that are to be looked at; none that <see cref="Index"/> names.</summary>
    public IReadOnlyList<Wake> Wakes { get; init; } = [];

    /// <summary>What subscribers are told, in this order.</summary>
    public IReadOnlyList<FeedEntry> Feed { get; init; } = [];

    /// <summary>What has to be delivered.</summary>
    public IReadOnlyList<OutboxMessage> Outbox { get; init; } = [];
}

/// <summary>How a commit ended when the journal knows it.</summary>
public enum CommitOutcome
{
    /// <summary>All of the unit is durable.</summary>
    Committed,

    /// <summary>A version or an epoch was not the expected one, or a stream is terminal. Nothing of the unit was written.</summary>
    Conflict,
}
