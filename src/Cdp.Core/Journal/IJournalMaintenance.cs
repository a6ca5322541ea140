using Cdp.Core.Identity;

namespace Cdp.Core.Journal;

/// <summary>What the files hold, for operators. Counts of rows are exact; sizes are bytes on disk.</summary>
/// <param name="FileBytes">The main file or the tables.</param>
/// <param name="LogBytes">The write-ahead log.</param>
/// <param name="FreeBytes">Inside the main file and reusable; <see cref="IJournalMaintenance.VacuumAsync"/> gives it back.</param>
/// <param name="SchemaVersion">The number of the last migration applied.</param>
public sealed record JournalSizes(long FileBytes, long LogBytes, long FreeBytes, int SchemaVersion);

/// <summary>An identifier and who owns it.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Owner">Its owner.</param>
public readonly record struct OwnerRow(Identifier Identifier, CustomerId Owner);

/// <summary>Where a record stands.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Its version.</param>
public readonly record struct RecordPlace(CustomerId Stream, long Version);

/// <summary>Keeping the data: retention, vacuum, sizes, and walks over all of it in short reads. Backups belong to the store that makes them.</summary>
public interface IJournalMaintenance
{
    /// <summary>Finds streams that hold events timed before a moment, in order of stream, so that their state can be saved first.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="beforeMs">Unix milliseconds, event time.</param>
    /// <param name="after">Continue behind this stream; null from the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The streams with their last version.</returns>
    ValueTask<IReadOnlyList<(CustomerId Stream, long Version)>> TrimCandidatesAsync(
        string workspace, long beforeMs, CustomerId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the events of a stream that are timed before a moment and contained in its stored snapshot. Their effect on state stays, as does
    /// the stream's version.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="beforeMs">Unix milliseconds, event time.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>How many events were removed; 0 when no snapshot covers any.</returns>
    ValueTask<long> TrimAsync(string workspace, CustomerId stream, long beforeMs, CancellationToken cancellationToken = default);

    /// <summary>Reads owners in order of the store's key, a page at a time: by type, then by value, both by their UTF-8 bytes.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="after">Continue behind this identifier, also if it is gone; null from the first.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Identifiers that somebody owns, as of one point in time; fewer than the limit at the end.</returns>
    ValueTask<IReadOnlyList<OwnerRow>> WalkOwnersAsync(
        string workspace, Identifier? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads the records of kind <see cref="RecordKind.Decided"/> and <see cref="RecordKind.Absorbed"/> of all streams, a page at a time, in order of
    /// stream, then version. What lies between them is passed over, but read.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="after">Continue behind this record; null from the first.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The rows, as of one point in time; fewer than the limit at the end.</returns>
    ValueTask<IReadOnlyList<JournalRow>> WalkDecisionsAsync(
        string workspace, RecordPlace? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Gives free space back to the file system, in short steps between which commits go on.</summary>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>A task that ends when it is done.</returns>
    ValueTask VacuumAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the sizes.</summary>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The sizes.</returns>
    ValueTask<JournalSizes> SizesAsync(CancellationToken cancellationToken = default);
}
