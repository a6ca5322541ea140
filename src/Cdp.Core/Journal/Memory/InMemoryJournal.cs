using Cdp.Core.Identity;

namespace Cdp.Core.Journal.Memory;

/// <summary>The journal's semantics in dictionaries under one lock, for what needs a grid that ends with its process. Bodies are copied in and out.</summary>
public sealed partial class InMemoryJournal : IJournal
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Space> spaces = [];

    /// <summary>The customers that were ever written, in the order of their first commits; also those that were absorbed or erased since.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <returns>Their streams.</returns>
    public IReadOnlyList<CustomerId> Streams(string workspace)
    {
        lock (gate) return [.. Of(workspace).Created];
    }

    /// <inheritdoc/>
    public ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(unit);
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate) return ValueTask.FromResult(Commit(Of(unit.Workspace), unit));
    }

    /// <inheritdoc/>
    public ValueTask<CommitOutcome> EraseAsync(EraseUnit unit, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(unit);
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate) return ValueTask.FromResult(Erase(Of(unit.Workspace), unit));
    }

    /// <inheritdoc/>
    public ValueTask SaveSnapshotsAsync(
        string workspace, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            var space = Of(workspace);
            foreach (var snapshot in snapshots)
            {
                var (version, last) = space.Head(snapshot.Stream);
                if (last == RecordKind.Erased || version < snapshot.Version) continue;
                if (space.Snapshots.TryGetValue(snapshot.Stream, out var stored) && stored.Version > snapshot.Version) continue;
                space.Snapshots[snapshot.Stream] = snapshot with { State = snapshot.State.ToArray() };
            }
        }
        return ValueTask.CompletedTask;
    }

    private CommitOutcome Commit(Space space, UnitOfWork unit)
    {
        foreach (var append in unit.Appends)
        {
            var (version, last) = space.Head(append.Stream);
            if (version != append.ExpectedVersion || !append.MayFollow(version, last)) return CommitOutcome.Conflict;
        }
        foreach (var change in unit.Ownership)
            if (space.Owners.GetValueOrDefault(change.Identifier)?.Epoch != change.Expected) return CommitOutcome.Conflict;

        foreach (var append in unit.Appends)
        {
            var rows = space.Rows(append.Stream);
            var version = append.ExpectedVersion;
            foreach (var entry in append.Entries)
                rows.Add(new JournalRow(append.Stream, ++version, entry.Kind, entry.TimeMs, entry.Body.ToArray()));
        }
        foreach (var removal in unit.Removals)
        {
            space.Rows(removal.Stream).RemoveAll(r => r.Kind == RecordKind.Event && removal.Versions.Contains(r.Version));
            space.Snapshots.Remove(removal.Stream);
        }
        foreach (var place in unit.Superseded) space.Streams.GetValueOrDefault(place.Stream)?.RemoveAll(r => r.Version == place.Version);
        WriteIndex(space, unit);
        foreach (var change in unit.Ownership)
        {
            if (change.Owner is { } owner) space.Owners[change.Identifier] = new Owned(owner, change.Next, change.LinkedAtMs);
            else space.Owners.Remove(change.Identifier);
        }
        return CommitOutcome.Committed;
    }

    private CommitOutcome Erase(Space space, EraseUnit unit)
    {
        foreach (var (stream, expected) in unit.Streams)
        {
            var (version, last) = space.Head(stream);
            if (version != expected || last == RecordKind.Erased) return CommitOutcome.Conflict;
        }
        foreach (var (identifier, expected) in unit.Identifiers)
            if (space.Owners.GetValueOrDefault(identifier)?.Epoch != expected) return CommitOutcome.Conflict;

        foreach (var (stream, expected) in unit.Streams)
        {
            space.Streams[stream] = [new JournalRow(stream, expected + 1, RecordKind.Erased, unit.AtMs, ReadOnlyMemory<byte>.Empty)];
            space.Snapshots.Remove(stream);
            space.Index.Erase(stream, unit.AtMs);
        }
        Tell(space, unit.Feed);
        foreach (var (identifier, _) in unit.Identifiers)
        {
            space.Owners.Remove(identifier);
            if (!space.Erasures.TryGetValue(identifier, out var earlier) || unit.AtMs >= earlier.AtMs)
                space.Erasures[identifier] = new Erasure(unit.AtMs, unit.Suppress);
        }
        return CommitOutcome.Committed;
    }

    private Space Of(string workspace)
    {
        if (!spaces.TryGetValue(workspace, out var space)) spaces.Add(workspace, space = new Space());
        return space;
    }

    private sealed record Owned(CustomerId Owner, Epoch Epoch, long LinkedAtMs);

    private sealed class Space
    {
        public SortedDictionary<CustomerId, List<JournalRow>> Streams { get; } = [];

        public List<CustomerId> Created { get; } = [];

        public Dictionary<CustomerId, StoredSnapshot> Snapshots { get; } = [];

        public Dictionary<Identifier, Owned> Owners { get; } = [];

        public Dictionary<Identifier, Erasure> Erasures { get; } = [];

        public MemoryIndex Index { get; } = new();

        public List<JournalRow> Rows(CustomerId stream)
        {
            if (Streams.TryGetValue(stream, out var rows)) return rows;
            Streams.Add(stream, rows = []);
            Created.Add(stream);
            return rows;
        }

        public (long Version, RecordKind Last) Head(CustomerId stream)
        {
            var rows = Streams.GetValueOrDefault(stream);
            var head = rows is { Count: > 0 } ? (rows[^1].Version, rows[^1].Kind) : (0, RecordKind.None);
            return Snapshots.TryGetValue(stream, out var snapshot) && snapshot.Version > head.Item1 ? (snapshot.Version, RecordKind.None) : head;
        }
    }
}
