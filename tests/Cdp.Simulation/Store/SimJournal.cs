using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Store;

/// <summary>The store as one actor or engine asks it.</summary>
internal sealed class SimJournal(Life asker, SimStore store) : IJournal
{
    private World World => store.World;

    public ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(unit);
        return store.WriteAsync(asker, World.Says ? $"store ← {asker.Name}: commit {World.Describe(unit)}" : "", () => store.Commit(unit));
    }

    public ValueTask<CommitOutcome> EraseAsync(EraseUnit unit, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(unit);
        return store.WriteAsync(
            asker, World.Says ? $"store ← {asker.Name}: erase {string.Join(", ", unit.Streams.Select(s => $"{World.NameOf(s.Stream)} v{s.ExpectedVersion}"))}" : "", () => store.Erase(unit));
    }

    public ValueTask<StreamLoad?> LoadAsync(
        string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default) =>
        Read($"load {(World.Says ? World.NameOf(stream) : "")}", () => store.Journal.LoadAsync(workspace, stream, upToVersion, cancellationToken));

    public ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        Read($"stream {(World.Says ? World.NameOf(stream) : "")}", () => store.Journal.ReadStreamAsync(workspace, stream, afterVersion, limit, cancellationToken));

    public ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default) =>
        Read(
            World.Says ? $"owners of {string.Join(", ", identifiers.Select(i => i.Ref))}" : "",
            () => store.Journal.OwnersAsync(workspace, identifiers, cancellationToken));

    public ValueTask SaveSnapshotsAsync(
        string workspace, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken = default)
    {
        foreach (var snapshot in snapshots) store.Save(asker, snapshot);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<JournalRow>> ReadTimelineAsync(
        string workspace, TimelineQuery query, CancellationToken cancellationToken = default) =>
        Read("timeline", () => store.Journal.ReadTimelineAsync(workspace, query, cancellationToken));

    public ValueTask<IReadOnlyList<JournalRow>> ReadDecisionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        Read("decisions", () => store.Journal.ReadDecisionsAsync(workspace, streams, cancellationToken));

    public ValueTask<IReadOnlyList<long>> VersionsAsync(string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        Read("versions", () => store.Journal.VersionsAsync(workspace, streams, cancellationToken));

    public ValueTask<long> CountEventsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        Read("count", () => store.Journal.CountEventsAsync(workspace, streams, cancellationToken));

    private ValueTask<T> Read<T>(string what, Func<ValueTask<T>> read) =>
        store.ReadAsync(asker, World.Says ? $"store ← {asker.Name}: {what}" : "", read);
}
