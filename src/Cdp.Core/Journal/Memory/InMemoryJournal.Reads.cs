using Cdp.Core.Identity;

namespace Cdp.Core.Journal.Memory;

public sealed partial class InMemoryJournal : IJournalMaintenance
{
    /// <inheritdoc/>
    public ValueTask<StreamLoad?> LoadAsync(
        string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default)
    {
        var upTo = upToVersion ?? long.MaxValue;
        lock (gate)
        {
            var space = Of(workspace);
            var snapshot = space.Snapshots.GetValueOrDefault(stream);
            if (snapshot?.Version > upTo) snapshot = null;
            var after = snapshot?.Version ?? 0;
            var tail = Rows(space, [stream]).Where(r => r.Version > after && r.Version <= upTo).ToList();
            return ValueTask.FromResult(snapshot is null && tail.Count == 0 ? null : new StreamLoad(snapshot, tail));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        lock (gate) return ValueTask.FromResult<IReadOnlyList<JournalRow>>([.. Rows(Of(workspace), [stream]).Where(r => r.Version > afterVersion).Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var space = Of(workspace);
            return ValueTask.FromResult<IReadOnlyList<Ownership>>([.. identifiers.Select(i =>
            {
                var owned = space.Owners.GetValueOrDefault(i);
                return new Ownership(i, owned?.Owner, owned?.Epoch, owned?.LinkedAtMs ?? 0, space.Erasures.GetValueOrDefault(i));
            })]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JournalRow>> ReadTimelineAsync(
        string workspace, TimelineQuery query, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(query);
        lock (gate)
        {
            var events = Rows(Of(workspace), query.Streams)
                .Where(r => r.Kind == RecordKind.Event && r.TimeMs >= (query.SinceMs ?? long.MinValue))
                .OrderByDescending(static r => r.TimeMs).ThenByDescending(static r => r.Stream).ThenByDescending(static r => r.Version);
            var rest = query.Before is { } place ? events.Where(r => IsBehind(r, place)) : events;
            return ValueTask.FromResult<IReadOnlyList<JournalRow>>([.. rest.Take(query.Limit)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JournalRow>> ReadDecisionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default)
    {
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<JournalRow>>([.. Rows(Of(workspace), streams).Where(static r => r.Kind != RecordKind.Event)]);
    }

    /// <inheritdoc/>
    public ValueTask<long> CountEventsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default)
    {
        lock (gate) return ValueTask.FromResult(Rows(Of(workspace), streams).LongCount(static r => r.Kind == RecordKind.Event));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<(CustomerId Stream, long Version)>> TrimCandidatesAsync(
        string workspace, long beforeMs, CustomerId? after, int limit, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var space = Of(workspace);
            var found = space.Streams
                .Where(s => (after is null || s.Key > after.Value) && s.Value.Exists(r => r.Kind == RecordKind.Event && r.TimeMs < beforeMs))
                .Take(limit).Select(s => (s.Key, space.Head(s.Key).Version));
            return ValueTask.FromResult<IReadOnlyList<(CustomerId, long)>>([.. found]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> TrimAsync(string workspace, CustomerId stream, long beforeMs, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var space = Of(workspace);
            if (!space.Snapshots.TryGetValue(stream, out var snapshot)) return ValueTask.FromResult(0L);
            var removed = space.Rows(stream)
                .RemoveAll(r => r.Kind == RecordKind.Event && r.TimeMs < beforeMs && r.Version <= snapshot.Version);
            return ValueTask.FromResult((long)removed);
        }
    }

    /// <inheritdoc/>
    public ValueTask VacuumAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<JournalSizes> SizesAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(new JournalSizes(0, 0, 0, 1));

    private static IEnumerable<JournalRow> Rows(Space space, IReadOnlyList<CustomerId> streams) =>
        streams.Distinct().Order().SelectMany(s => space.Streams.GetValueOrDefault(s) ?? []).Select(static r => r with { Body = r.Body.ToArray() });

    private static bool IsBehind(JournalRow row, TimelinePosition place)
    {
        var order = row.TimeMs.CompareTo(place.TimeMs);
        if (order == 0) order = row.Stream.CompareTo(place.Stream);
        if (order == 0) order = row.Version.CompareTo(place.Version);
        return order < 0;
    }
}
