using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Storage.Sqlite;

public sealed partial class SqliteJournal
{
    /// <inheritdoc />
    public ValueTask<StreamLoad?> LoadAsync(
        string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default) =>
        reads.ReadAsync(
            (workspace, stream, upTo: upToVersion ?? long.MaxValue),
            static (c, s) => c.Streams.Load(s.workspace, s.stream, s.upTo),
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        reads.ReadAsync((workspace, stream, afterVersion, limit), static (c, s) => c.Streams.Read(s.workspace, s.stream, s.afterVersion, s.limit), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default) =>
        reads.ReadAsync(
            (workspace, identifiers, self: this),
            static (c, s) => c.Owners.Read(s.workspace, s.identifiers, () => s.self.anyErasures),
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalRow>> ReadTimelineAsync(
        string workspace, TimelineQuery query, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(query);
        return reads.ReadAsync((workspace, query), static (c, s) => c.Timelines.Events(s.workspace, s.query), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalRow>> ReadDecisionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        reads.ReadAsync((workspace, streams), static (c, s) => c.Timelines.Decisions(s.workspace, s.streams), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<long>> VersionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        reads.ReadAsync((workspace, streams), static (c, s) => c.Streams.Versions(s.workspace, s.streams), cancellationToken);

    /// <inheritdoc />
    public ValueTask<long> CountEventsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        reads.ReadAsync((workspace, streams), static (c, s) => c.Timelines.Count(s.workspace, s.streams), cancellationToken);
}
