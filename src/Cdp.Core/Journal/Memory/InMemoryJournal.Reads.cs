using System.Text;
using Cdp.Core.Identity;

namespace Cdp.Core.Journal.Memory;

public sealed partial class InMemoryJournal : IJournalMaintenance
{
    private static readonly Comparer<byte[]> ByteOrder = Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b));

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
    public ValueTask<IReadOnlyList<long>> VersionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streams);
        lock (gate)
        {
            var space = Of(workspace);
            return ValueTask.FromResult<IReadOnlyList<long>>([.. streams.Select(s => space.Head(s).Version)]);
        }
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
    public ValueTask<IReadOnlyList<OwnerRow>> WalkOwnersAsync(
        string workspace, Identifier? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
        {
            var owned = Of(workspace).Owners.OrderBy(static o => Key(o.Key), ByteOrder).AsEnumerable();
            if (after is { } last) owned = owned.Where(o => ByteOrder.Compare(Key(o.Key), Key(last)) > 0);
            return ValueTask.FromResult<IReadOnlyList<OwnerRow>>([.. owned.Take(limit).Select(static o => new OwnerRow(o.Key, o.Value.Owner))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JournalRow>> WalkDecisionsAsync(
        string workspace, RecordPlace? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
        {
            var space = Of(workspace);
            return ValueTask.FromResult<IReadOnlyList<JournalRow>>([.. Rows(space, [.. space.Streams.Keys])
                .Where(r => r.Kind is RecordKind.Decided or RecordKind.Absorbed)
                .Where(r => after is not { } last || r.Stream > last.Stream || (r.Stream == last.Stream && r.Version > last.Version))
                .Take(limit)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask VacuumAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<JournalSizes> SizesAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(new JournalSizes(0, 0, 0, 1));

    // No type holds the separator: it is below all characters of one.
    private static byte[] Key(Identifier identifier) => Encoding.UTF8.GetBytes($"{identifier.Type}\0{identifier.Value}");

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
