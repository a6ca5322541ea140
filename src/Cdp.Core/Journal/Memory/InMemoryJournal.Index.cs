using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Journal.Memory;

public sealed partial class InMemoryJournal : IGridIndex
{
    private long lastFeedNumber;

    /// <inheritdoc/>
    public ValueTask WakeAsync(string workspace, Wake wake, CancellationToken cancellationToken = default)
    {
        lock (gate) Of(workspace).Index.Wake(wake);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DueCustomer>> ClaimDueAsync(long nowMs, long leaseMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
        {
            var due = spaces.SelectMany(static s => s.Value.Index.Due.Select(d => (Workspace: s.Key, Stream: d.Key, d.Value.AtMs, d.Value.LeasedUntilMs)))
                .Where(d => d.AtMs <= nowMs && d.LeasedUntilMs <= nowMs)
                .OrderBy(static d => d.AtMs).Take(limit).ToList();
            foreach (var d in due) spaces[d.Workspace].Index.Due[d.Stream] = (d.AtMs, nowMs + leaseMs);
            return ValueTask.FromResult<IReadOnlyList<DueCustomer>>([.. due.Select(d => new DueCustomer(d.Workspace, d.Stream, d.AtMs, spaces[d.Workspace].Head(d.Stream).Version))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask RescheduleAsync(DueCustomer due, long version, long? nextMs, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var space = Of(due.Workspace);
            var index = space.Index;
            if (index.Due.TryGetValue(due.Stream, out var stored) && stored.AtMs == due.AtMs && space.Head(due.Stream).Version == version) index.SetDue(due.Stream, nextMs);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AudienceSize>> SizesAsync(string workspace, CancellationToken cancellationToken = default)
    {
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<AudienceSize>>([.. Of(workspace).Index.Sizes
                .GroupBy(static s => s.Key.Audience, static s => s.Value)
                .Select(static g => new AudienceSize(g.Key, g.Sum())).Where(static a => a.Members != 0)
                .OrderBy(static a => a.Audience, StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SizeInHour>> SizeHistoryAsync(string workspace, string audience, long sinceMs, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            List<SizeInHour> history = [];
            var members = 0L;
            foreach (var ((_, hour), delta) in Of(workspace).Index.Sizes.Where(s => s.Key.Audience == audience).OrderBy(static s => s.Key.HourMs))
            {
                members += delta;
                if (hour + JournalRules.HourMs > sinceMs) history.Add(new(hour, members));
            }

            return ValueTask.FromResult<IReadOnlyList<SizeInHour>>(history);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Member>> MembersAsync(
        string workspace, string audience, CustomerId? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<Member>>([.. Of(workspace).Index.Memberships
                .Where(m => (after is not { } last || m.Key > last) && m.Value.ContainsKey(audience))
                .OrderBy(static m => m.Key).Take(limit).Select(m => new Member(m.Key, m.Value[audience]))]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OverlapCount>> OverlapAsync(string workspace, IReadOnlyList<string> audiences, CancellationToken cancellationToken = default)
    {
        JournalRules.ValidateOverlap(audiences);
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<OverlapCount>>([.. Of(workspace).Index.Memberships.Values
                .Select(m => Enumerable.Range(0, audiences.Count).Sum(i => m.ContainsKey(audiences[i]) ? 1 << i : 0))
                .Where(static bits => bits != 0)
                .GroupBy(static bits => bits).OrderBy(static g => g.Key).Select(static g => new OverlapCount(g.Key, g.LongCount()))]);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DropAudienceAsync(string workspace, string audience, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
        {
            var index = Of(workspace).Index;
            var members = index.Memberships.Values.Where(m => m.ContainsKey(audience)).Take(limit + 1).ToList();
            foreach (var member in members.Take(limit)) member.Remove(audience);
            if (members.Count > limit) return ValueTask.FromResult(false);
            foreach (var key in index.Sizes.Keys.Where(k => k.Audience == audience).ToList()) index.Sizes.Remove(key);
            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> CountCustomersAsync(string workspace, CancellationToken cancellationToken = default)
    {
        lock (gate) return ValueTask.FromResult(Live(Of(workspace)).LongCount());
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CustomerId>> SampleAsync(string workspace, ulong fromKey, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<CustomerId>>([.. Live(Of(workspace))
                .OrderBy(c => SampleKeys.Of(c) < fromKey).ThenBy(SampleKeys.Of).ThenBy(static c => c).Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CustomerId>> WalkCustomersAsync(
        string workspace, CustomerId? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate) return ValueTask.FromResult<IReadOnlyList<CustomerId>>([.. Live(Of(workspace)).Where(c => after is not { } last || c > last).Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask<Progress?> ReadProgressAsync(string workspace, string name, CancellationToken cancellationToken = default)
    {
        lock (gate) return ValueTask.FromResult(Of(workspace).Index.Progress.GetValueOrDefault(name));
    }

    /// <inheritdoc/>
    public ValueTask<bool> WriteProgressAsync(
        string workspace, string name, long expected, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var all = Of(workspace).Index.Progress;
            if ((all.GetValueOrDefault(name)?.Revision ?? 0) != expected) return ValueTask.FromResult(false);
            all[name] = new(expected + 1, body.ToArray());
            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<FeedRow>> ReadFeedAsync(
        string workspace, string topic, FeedPlace after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<FeedRow>>([.. Of(workspace).Index.Feed
                .Where(f => f.Entry.Topic == topic && f.Number > after.Number)
                .Take(limit).Select(static f => new FeedRow(new(0, f.Number), f.Entry.AtMs, f.Entry.Body.ToArray()))]);
    }

    /// <inheritdoc/>
    public ValueTask<FeedPlace> FeedEndAsync(CancellationToken cancellationToken = default)
    {
        lock (gate) return ValueTask.FromResult(new FeedPlace(0, lastFeedNumber));
    }

    /// <inheritdoc/>
    public ValueTask<int> TrimFeedAsync(long beforeMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (gate)
        {
            var removed = 0;
            foreach (var space in spaces.Values) removed += space.Index.Feed.RemoveAll(f => f.Entry.AtMs < beforeMs && limit-- > 0);
            return ValueTask.FromResult(removed);
        }
    }

    private static IEnumerable<CustomerId> Live(Space space) => space.Streams.Keys.Where(s => !space.Head(s).Last.IsTerminal());

    private void WriteIndex(Space space, UnitOfWork unit)
    {
        foreach (var append in unit.Appends)
            if (append.Entries[^1] is { Kind: RecordKind.MergedInto, TimeMs: var at }) space.Index.Forget(append.Stream, at);
        foreach (var index in unit.Index) space.Index.Set(index);
        foreach (var wake in unit.Wakes) space.Index.Wake(wake);
        foreach (var message in unit.Outbox)
            space.Index.Outbox.TryAdd((message.Queue, message.Id), new Queued(message with { Body = message.Body.ToArray() }, message.NotBeforeMs));
        Tell(space, unit.Feed);
    }

    private void Tell(Space space, IReadOnlyList<FeedEntry> feed)
    {
        foreach (var entry in feed) space.Index.Feed.Add((++lastFeedNumber, entry with { Body = entry.Body.ToArray() }));
    }
}
