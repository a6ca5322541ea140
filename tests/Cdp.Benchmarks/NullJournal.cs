using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Benchmarks;

/// <summary>A store that says yes at once and remembers owners only: what is left is the engine's own work.</summary>
internal sealed class NullJournal : IJournal
{
    private readonly Dictionary<Identifier, OwnershipChange> _owners = [];

    public ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        foreach (var change in unit.Ownership) _owners[change.Identifier] = change;
        return new(CommitOutcome.Committed);
    }

    public ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default) =>
        new([.. identifiers.Select(i => _owners.TryGetValue(i, out var c) ? new Ownership(i, c.Owner, c.Next, c.LinkedAtMs, null) : new(i, null, null, 0, null))]);

    public ValueTask<StreamLoad?> LoadAsync(
        string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default) => new((StreamLoad?)null);

    public ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) => new([]);

    public ValueTask SaveSnapshotsAsync(string workspace, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken = default) => default;

    public ValueTask<IReadOnlyList<JournalRow>> ReadTimelineAsync(string workspace, TimelineQuery query, CancellationToken cancellationToken = default) => new([]);

    public ValueTask<IReadOnlyList<JournalRow>> ReadDecisionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) => new([]);

    public ValueTask<IReadOnlyList<long>> VersionsAsync(string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        new(new long[streams.Count]);

    public ValueTask<long> CountEventsAsync(string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) => new(0);

    public ValueTask<CommitOutcome> EraseAsync(EraseUnit unit, CancellationToken cancellationToken = default) => new(CommitOutcome.Committed);
}
