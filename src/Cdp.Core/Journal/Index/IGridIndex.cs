using Cdp.Core.Identity;

namespace Cdp.Core.Journal.Index;

/// <summary>
/// What is known over all customers of a store: who is due, who is in which audience, and what subscribers are told. Written by units of work, so that it is
/// never behind an acknowledged change; read here.
/// </summary>
/// <remarks>All methods may be called concurrently, and may throw <see cref="JournalUnavailableException"/>.</remarks>
public interface IGridIndex
{
    /// <summary>Asks for a customer to be looked at outside a unit: an earlier moment that is stored already stays. Durable when the task ends.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="wake">Whom, and when.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>A task that ends when it is durable.</returns>
    ValueTask WakeAsync(string workspace, Wake wake, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes customers that are due, over all workspaces, the longest due first. Nobody else is given them until the lease ends; those that are due again then are
    /// given anew. Costs next to nothing while nobody is due.
    /// </summary>
    /// <param name="nowMs">Unix milliseconds: those due at or before it.</param>
    /// <param name="leaseMs">For how long, in milliseconds.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>The customers.</returns>
    ValueTask<IReadOnlyList<DueCustomer>> ClaimDueAsync(long nowMs, long leaseMs, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says when a claimed customer is due next. Nothing happens when its time is not the claimed one any more, or when its stream has gone on behind the version
    /// that was judged: what was committed may know better, and the customer comes again when the lease ends.
    /// </summary>
    /// <param name="due">What was claimed.</param>
    /// <param name="version">The last version of the stream that the answer knows.</param>
    /// <param name="nextMs">Unix milliseconds; null when nothing can change by time alone.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>A task that ends when it is durable.</returns>
    ValueTask RescheduleAsync(DueCustomer due, long version, long? nextMs, CancellationToken cancellationToken = default);

    /// <summary>The sizes of all audiences that have members.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The sizes, in order of the audiences' ids by their UTF-8 bytes.</returns>
    ValueTask<IReadOnlyList<AudienceSize>> SizesAsync(string workspace, CancellationToken cancellationToken = default);

    /// <summary>How the size of an audience went, by hours in which it changed.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="audience">The audience's id.</param>
    /// <param name="sinceMs">Unix milliseconds: only hours that end behind it.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Rising hours; those without a change are left out.</returns>
    ValueTask<IReadOnlyList<SizeInHour>> SizeHistoryAsync(string workspace, string audience, long sinceMs, CancellationToken cancellationToken = default);

    /// <summary>The members of an audience, a page at a time, in order of their ids.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="audience">The audience's id.</param>
    /// <param name="after">Continue behind this customer, also if it has left; null from the first.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The members; fewer than the limit at the end.</returns>
    ValueTask<IReadOnlyList<Member>> MembersAsync(
        string workspace, string audience, CustomerId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Counts who is in which combination of audiences.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="audiences">2 to 16 ids, none twice.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The combinations that somebody is in, in order of their bits.</returns>
    ValueTask<IReadOnlyList<OverlapCount>> OverlapAsync(string workspace, IReadOnlyList<string> audiences, CancellationToken cancellationToken = default);

    /// <summary>Removes members and sizes of an audience that no definition has any more, at most so many members at once.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="audience">The audience's id.</param>
    /// <param name="limit">At least 1: at most so many members.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>True when nothing is left.</returns>
    ValueTask<bool> DropAudienceAsync(string workspace, string audience, int limit, CancellationToken cancellationToken = default);

    /// <summary>Counts live customers: those that were neither absorbed nor erased.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The number.</returns>
    ValueTask<long> CountCustomersAsync(string workspace, CancellationToken cancellationToken = default);

    /// <summary>
    /// Live customers in the order of <see cref="SampleKeys.Of"/>, beginning at a key and going on at the first behind the last one: as many at a random key are a
    /// uniform sample, because the key is the random part of the id.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="fromKey">Where to begin, see <see cref="SampleKeys"/>.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Different customers; fewer than the limit when there are no more.</returns>
    ValueTask<IReadOnlyList<CustomerId>> SampleAsync(string workspace, ulong fromKey, int limit, CancellationToken cancellationToken = default);

    /// <summary>Live customers in an order of the store's own, a page at a time. Somebody new may stand before the page.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="after">Continue behind this customer, also if it is gone; null from the first.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The customers; fewer than the limit at the end.</returns>
    ValueTask<IReadOnlyList<CustomerId>> WalkCustomersAsync(
        string workspace, CustomerId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>How far a piece of background work has come.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="name">The work.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>What was written last; null when nothing was.</returns>
    ValueTask<Progress?> ReadProgressAsync(string workspace, string name, CancellationToken cancellationToken = default);

    /// <summary>Writes how far a piece of background work has come, unless another process has written meanwhile.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="name">The work.</param>
    /// <param name="expected">The revision that was read; 0 when nothing was.</param>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>True when it is durable, under the next revision; false when the revision was another one.</returns>
    ValueTask<bool> WriteProgressAsync(
        string workspace, string name, long expected, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);

    /// <summary>Entries of a feed behind a place, in order. Never passes over one that commits later.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="after">The last place that was read.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The entries.</returns>
    ValueTask<IReadOnlyList<FeedRow>> ReadFeedAsync(
        string workspace, string topic, FeedPlace after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Where a feed ends now: what is committed after this call stands behind it.</summary>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The place.</returns>
    ValueTask<FeedPlace> FeedEndAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes feed entries that were decided before a moment, at most so many.</summary>
    /// <param name="beforeMs">Unix milliseconds.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>How many were removed.</returns>
    ValueTask<int> TrimFeedAsync(long beforeMs, int limit, CancellationToken cancellationToken = default);
}
