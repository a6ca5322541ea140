using Cdp.Core.Identity;

namespace Cdp.Core.Journal;

/// <summary>
/// The durable truth: streams of records, owners of identifiers, and snapshots that only shorten a load. Actors are caches of it.
/// </summary>
/// <remarks>
/// <para>Atomicity: a unit is durable whole or not at all, also through kill -9 and power loss. A conflict in one unit never fails another one
/// that the store happens to commit together with it.</para>
/// <para>Ordering: a read that starts after a commit's task has ended sees that commit. Units of one stream are serialised by their expected
/// versions; there is no order between streams, and no global sequence.</para>
/// <para>Buffers: bodies passed in are read until the returned task ends and never kept; bodies handed out belong to the caller.</para>
/// <para>Unknown outcome: see <see cref="UnknownCommitOutcomeException"/>. Every call may also throw <see cref="JournalUnavailableException"/>.</para>
/// <para>All methods may be called concurrently.</para>
/// </remarks>
public interface IJournal
{
    /// <summary>
    /// Commits one unit. An append at version v requires that v-1 is the stream's last version and that the stream is not terminal
    /// (<see cref="RecordKind.MergedInto"/>, <see cref="RecordKind.Erased"/>), see <see cref="JournalRules.MayFollow"/>; an ownership change requires its
    /// expected epoch.
    /// The token only stops waiting for a place in the queue, never a commit under way.
    /// </summary>
    /// <param name="unit">What to commit.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>Whether the unit is durable or met a conflict.</returns>
    /// <exception cref="JournalUnavailableException">Nothing is durable.</exception>
    /// <exception cref="JournalOverloadedException">The queue is full; nothing is durable.</exception>
    /// <exception cref="UnknownCommitOutcomeException">The unit may or may not be durable.</exception>
    ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default);

    /// <summary>Reads the newest snapshot of a stream and the records behind it, at one point in time.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="upToVersion">
    /// Leaves out what is newer: a snapshot of a later version is not used, and the tail ends there. Null for all. Retention keeps, for a terminal
    /// stream, a snapshot of its last version, so that an absorbed stream can always be read up to the version it was absorbed at.
    /// </param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The load, or null when the stream has neither.</returns>
    ValueTask<StreamLoad?> LoadAsync(string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default);

    /// <summary>Reads records of a stream in order of version, whatever its snapshot contains.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="afterVersion">Only records behind this version; 0 from the first.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The rows; fewer than the limit at the end of the stream.</returns>
    ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default);

    /// <summary>Reads the owners of identifiers, at one point in time, together with the erasures they were part of.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="identifiers">What to look up.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>One answer per identifier, in the same order.</returns>
    ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default);

    /// <summary>Stores snapshots, in one transaction of lower urgency than commits. An older version never replaces a newer one.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="snapshots">The snapshots. One whose stream has been erased, or is older than its snapshot's version, is dropped.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>A task that ends when they are durable.</returns>
    ValueTask SaveSnapshotsAsync(string workspace, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken = default);

    /// <summary>Reads events of a set of streams by event time, see <see cref="TimelineQuery"/>.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="query">Which events.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Rows of kind <see cref="RecordKind.Event"/>, newest event time first, at most the limit.</returns>
    ValueTask<IReadOnlyList<JournalRow>> ReadTimelineAsync(string workspace, TimelineQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads all records but events of a set of streams, in order of stream, then version: the history of identity decisions.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="streams">The streams.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The rows.</returns>
    ValueTask<IReadOnlyList<JournalRow>> ReadDecisionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default);

    /// <summary>Counts the stored events of a set of streams.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="streams">The streams.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The number of rows of kind <see cref="RecordKind.Event"/>.</returns>
    ValueTask<long> CountEventsAsync(string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default);

    /// <summary>Reads how far streams go: cheap enough to ask about everybody who is in memory.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="streams">The streams.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The version of the last record of each, in the order given; 0 for a stream that does not exist.</returns>
    ValueTask<IReadOnlyList<long>> VersionsAsync(string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default);

    /// <summary>
    /// Erases a customer physically: appends a terminal, bodiless <see cref="RecordKind.Erased"/> to each stream, removes all their other records,
    /// snapshots and identifiers, and keeps keyed hashes of the identifiers with the time. Once the task has ended, no table and no index holds what was
    /// removed; a store that owns its files leaves no byte of it in them (docs/storage.md says what a database server keeps).
    /// </summary>
    /// <param name="unit">What to erase, with every expected version and epoch. A stream that ends in <see cref="RecordKind.MergedInto"/> may be erased.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>Whether it was erased or a version or an epoch was not the expected one.</returns>
    ValueTask<CommitOutcome> EraseAsync(EraseUnit unit, CancellationToken cancellationToken = default);
}
