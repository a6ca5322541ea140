using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Testing.Journal;

/// <summary>A journal that passes every call on: the base of those that hold up, count or fail some of them.</summary>
public abstract class DelegatingJournal(IJournal inner) : IJournal
{
    public virtual ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default) =>
        inner.CommitAsync(unit, cancellationToken);

    public virtual ValueTask<StreamLoad?> LoadAsync(
        string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default) =>
        inner.LoadAsync(workspace, stream, upToVersion, cancellationToken);

    public virtual ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        inner.ReadStreamAsync(workspace, stream, afterVersion, limit, cancellationToken);

    public virtual ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default) =>
        inner.OwnersAsync(workspace, identifiers, cancellationToken);

    public virtual ValueTask SaveSnapshotsAsync(
        string workspace, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken = default) =>
        inner.SaveSnapshotsAsync(workspace, snapshots, cancellationToken);

    public virtual ValueTask<IReadOnlyList<JournalRow>> ReadTimelineAsync(
        string workspace, TimelineQuery query, CancellationToken cancellationToken = default) =>
        inner.ReadTimelineAsync(workspace, query, cancellationToken);

    public virtual ValueTask<IReadOnlyList<JournalRow>> ReadDecisionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        inner.ReadDecisionsAsync(workspace, streams, cancellationToken);

    public virtual ValueTask<IReadOnlyList<long>> VersionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        inner.VersionsAsync(workspace, streams, cancellationToken);

    public virtual ValueTask<long> CountEventsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        inner.CountEventsAsync(workspace, streams, cancellationToken);

    public virtual ValueTask<CommitOutcome> EraseAsync(EraseUnit unit, CancellationToken cancellationToken = default) =>
        inner.EraseAsync(unit, cancellationToken);
}
