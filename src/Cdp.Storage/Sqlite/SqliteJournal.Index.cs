using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Storage.Sqlite;

public sealed partial class SqliteJournal : IGridIndex
{
    /// <inheritdoc />
    public async ValueTask WakeAsync(string workspace, Wake wake, CancellationToken cancellationToken = default) => await WriteAsync(
        c => c.Due.Wake(workspace, wake), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<DueCustomer>> ClaimDueAsync(long nowMs, long leaseMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        // Nearly always nobody is: that is found without the writer.
        if ((await reads.ReadAsync(nowMs, static (c, now) => c.Due.Due(now, 1), cancellationToken)).Count == 0) return [];
        return await Run(
            c => c.InTransaction<IReadOnlyList<DueCustomer>>(w =>
                [.. w.Grid.Due.Claim(nowMs, leaseMs, limit).Select(d => d with { Version = w.Heads.Get(d.Workspace, d.Stream).Version })]),
            cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask RescheduleAsync(DueCustomer due, long version, long? nextMs, CancellationToken cancellationToken = default) => await Run(
        c => c.InTransaction(w =>
        {
            if (w.Heads.Get(due.Workspace, due.Stream).Version == version) w.Grid.Due.Reschedule(due, nextMs);
            return true;
        }),
        cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<AudienceSize>> SizesAsync(string workspace, CancellationToken cancellationToken = default) =>
        reads.ReadAsync(workspace, static (c, w) => c.Audiences.Sizes(w), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<SizeInHour>> SizeHistoryAsync(
        string workspace, string audience, long sinceMs, CancellationToken cancellationToken = default) =>
        reads.ReadAsync((workspace, audience, sinceMs), static (c, s) => c.Audiences.History(s.workspace, s.audience, s.sinceMs), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Member>> MembersAsync(
        string workspace, string audience, CustomerId? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return reads.ReadAsync(
            (workspace, audience, after, limit), static (c, s) => c.Audiences.Members(s.workspace, s.audience, s.after, s.limit), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<OverlapCount>> OverlapAsync(
        string workspace, IReadOnlyList<string> audiences, CancellationToken cancellationToken = default)
    {
        JournalRules.ValidateOverlap(audiences);
        return await WalkAsync((workspace, audiences), static (c, s) => c.Audiences.Overlap(s.workspace, s.audiences), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<bool> DropAudienceAsync(string workspace, string audience, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return Run(c => c.InTransaction(w => w.Grid.Memberships.Drop(workspace, audience, limit)), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<long> CountCustomersAsync(string workspace, CancellationToken cancellationToken = default) =>
        await WalkAsync(workspace, static (c, w) => c.Customers.Count(w), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<CustomerId>> SampleAsync(string workspace, ulong fromKey, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return reads.ReadAsync((workspace, fromKey, limit), static (c, s) => c.Customers.Sample(s.workspace, s.fromKey, s.limit), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<CustomerId>> WalkCustomersAsync(
        string workspace, CustomerId? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return reads.ReadAsync((workspace, after, limit), static (c, s) => c.Customers.Walk(s.workspace, s.after, s.limit), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Progress?> ReadProgressAsync(string workspace, string name, CancellationToken cancellationToken = default) =>
        reads.ReadAsync((workspace, name), static (c, s) => c.Progress.Read(s.workspace, s.name), cancellationToken);

    /// <inheritdoc />
    public ValueTask<bool> WriteProgressAsync(
        string workspace, string name, long expected, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) => Run(
        c => c.InTransaction(w => w.Grid.Progress.Write(workspace, name, expected, body.Span)), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<FeedRow>> ReadFeedAsync(
        string workspace, string topic, FeedPlace after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return reads.ReadAsync((workspace, topic, after, limit), static (c, s) => c.Feed.Read(s.workspace, s.topic, s.after, s.limit), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<FeedPlace> FeedEndAsync(CancellationToken cancellationToken = default) =>
        reads.ReadAsync(0, static (c, _) => c.Feed.End(), cancellationToken);

    /// <inheritdoc />
    public ValueTask<int> TrimFeedAsync(long beforeMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return Run(c => c.InTransaction(w => w.Grid.Feed.Trim(beforeMs, limit)), cancellationToken);
    }

    private ValueTask<bool> WriteAsync(Action<Writing.GridWriter> write, CancellationToken cancellationToken) => Run(
        c => c.InTransaction(w =>
        {
            write(w.Grid);
            return true;
        }),
        cancellationToken);
}
