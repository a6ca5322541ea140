using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Postgres.Reading;
using Cdp.Storage.Postgres.Writing;

namespace Cdp.Storage.Postgres;

public sealed partial class PostgresJournal : IGridIndex
{
    /// <inheritdoc />
    public async ValueTask WakeAsync(string workspace, Wake wake, CancellationToken cancellationToken = default)
    {
        CommitWork.CheckText(workspace);
        await RunClaimAsync(() => DueClaims.WakeAsync(writing, workspace, wake), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<DueCustomer>> ClaimDueAsync(long nowMs, long leaseMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await RunClaimAsync(() => DueClaims.ClaimAsync(writing, nowMs, leaseMs, limit), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask RescheduleAsync(DueCustomer due, long version, long? nextMs, CancellationToken cancellationToken = default) =>
        await RunClaimAsync(() => DueClaims.RescheduleAsync(writing, due, version, nextMs), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<AudienceSize>> SizesAsync(string workspace, CancellationToken cancellationToken = default) =>
        AudienceReads.SizesAsync(reads, workspace, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<SizeInHour>> SizeHistoryAsync(
        string workspace, string audience, long sinceMs, CancellationToken cancellationToken = default) =>
        AudienceReads.HistoryAsync(reads, workspace, audience, sinceMs, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Member>> MembersAsync(
        string workspace, string audience, CustomerId? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return AudienceReads.MembersAsync(reads, workspace, audience, after, limit, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OverlapCount>> OverlapAsync(
        string workspace, IReadOnlyList<string> audiences, CancellationToken cancellationToken = default)
    {
        JournalRules.ValidateOverlap(audiences);
        return AudienceReads.OverlapAsync(reads, workspace, audiences, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<bool> DropAudienceAsync(string workspace, string audience, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await RunJobAsync(() => retries.RunAsync(() => GridTrims.DropAsync(writing, workspace, audience, limit)), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<long> CountCustomersAsync(string workspace, CancellationToken cancellationToken = default) =>
        CustomerReads.CountAsync(reads, workspace, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<CustomerId>> SampleAsync(string workspace, ulong fromKey, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return CustomerReads.SampleAsync(reads, workspace, fromKey, limit, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<CustomerId>> WalkCustomersAsync(
        string workspace, CustomerId? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return CustomerReads.WalkAsync(reads, workspace, after, limit, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<Progress?> ReadProgressAsync(string workspace, string name, CancellationToken cancellationToken = default) =>
        await Progresses.ReadAsync(reads, workspace, name, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<bool> WriteProgressAsync(
        string workspace, string name, long expected, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        CommitWork.CheckText(workspace);
        return await RunClaimAsync(() => Progresses.WriteAsync(writing, workspace, name, expected, body), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<FeedRow>> ReadFeedAsync(
        string workspace, string topic, FeedPlace after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return FeedReads.ReadAsync(reads, workspace, topic, after, limit, feedBase, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<FeedPlace> FeedEndAsync(CancellationToken cancellationToken = default) => FeedReads.EndAsync(reads, feedBase, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<int> TrimFeedAsync(long beforeMs, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await RunJobAsync(() => retries.RunAsync(() => GridTrims.RunAsync(writing, GridTrims.Feed, beforeMs, limit)), cancellationToken);
    }

    // Short work that comes all the time: not behind an erasure.
    private Task<T> RunClaimAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken) => RunAsync(claims, () => retries.RunAsync(work), cancellationToken);
}
