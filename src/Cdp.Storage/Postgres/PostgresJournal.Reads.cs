using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres.Reading;

namespace Cdp.Storage.Postgres;

public sealed partial class PostgresJournal
{
    /// <inheritdoc />
    public ValueTask<StreamLoad?> LoadAsync(
        string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default) =>
        StreamReads.LoadAsync(reads, workspace, stream, upToVersion ?? long.MaxValue, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        StreamReads.ReadAsync(reads, workspace, stream, afterVersion, limit, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default) =>
        OwnerReads.ReadAsync(reads, hash, workspace, identifiers, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalRow>> ReadTimelineAsync(
        string workspace, TimelineQuery query, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(query);
        return TimelineReads.EventsAsync(reads, workspace, query, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalRow>> ReadDecisionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        TimelineReads.DecisionsAsync(reads, workspace, streams, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<long>> VersionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        StreamReads.VersionsAsync(reads, workspace, streams, cancellationToken);

    /// <inheritdoc />
    public ValueTask<long> CountEventsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        TimelineReads.CountAsync(reads, workspace, streams, cancellationToken);
}
