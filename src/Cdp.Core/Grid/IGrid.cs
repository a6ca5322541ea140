using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Grid;

/// <summary>The grid as the HTTP layer sees it: one workspace's events in, its live profiles out. Every host has one.</summary>
public interface IGrid
{
    /// <summary>The compiled rules of a workspace. They may be replaced while the grid runs; take them once per request.</summary>
    /// <param name="workspace">A configured workspace.</param>
    /// <returns>The rules.</returns>
    IdentityRules Rules(string workspace);

    /// <summary>
    /// Applies events; the task ends when each of them is durable, a duplicate, rejected or failed. Events that share an identifier are applied in
    /// their order, others in parallel.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="events">The events of one request.</param>
    /// <param name="cancellationToken">Stops waiting for places in queues; what has been taken on is finished.</param>
    /// <returns>One outcome per event, in the same order.</returns>
    /// <exception cref="GridOverloadedException">Too much work waits; nothing of this request was taken on.</exception>
    Task<EventOutcome[]> IngestAsync(string workspace, IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default);

    /// <summary>The last committed profile.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="cancellationToken">Stops a cold load's wait.</param>
    /// <returns>The profile, null when there is none. Completes synchronously when the profile is in memory.</returns>
    ValueTask<ProfileView?> GetAsync(string workspace, ProfileRef profile, CancellationToken cancellationToken = default);

    /// <summary>Writes traits into a profile at the present time; a null value removes the trait.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="traits">A JSON object (UTF-8), already checked against the limits of events.</param>
    /// <param name="source">Who writes.</param>
    /// <param name="cancellationToken">Stops waiting for places in queues.</param>
    /// <returns>The profile after the write, null when there is none.</returns>
    Task<ProfileView?> PatchTraitsAsync(
        string workspace, ProfileRef profile, ReadOnlyMemory<byte> traits, EventSource source, CancellationToken cancellationToken = default);

    /// <summary>Erases a profile physically, or counts what an erasure would remove.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="dryRun">True to count only.</param>
    /// <param name="suppress">True to keep later events with its identifiers out as well.</param>
    /// <param name="cancellationToken">Stops waiting for places in queues.</param>
    /// <returns>The counts, null when there is no such profile.</returns>
    Task<EraseCounts?> EraseAsync(
        string workspace, ProfileRef profile, bool dryRun, bool suppress, CancellationToken cancellationToken = default);

    /// <summary>One page of a profile's events over all that it absorbed, newest event time first.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="before">Where the last page ended; null for the first.</param>
    /// <param name="sinceMs">Unix milliseconds; only events at or after it.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The page, null when there is no such profile.</returns>
    Task<TimelinePage?> TimelineAsync(
        string workspace, ProfileRef profile, int limit, TimelinePosition? before, long? sinceMs, CancellationToken cancellationToken = default);

    /// <summary>All identity decisions of a profile and of all that it absorbed, oldest first.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The decisions, null when there is no such profile.</returns>
    Task<IReadOnlyList<IdentityDecision>?> HistoryAsync(string workspace, ProfileRef profile, CancellationToken cancellationToken = default);

    /// <summary>
    /// The profile now and after every committed change. A slow reader misses steps in between, never the newest state; the sequence follows
    /// merges into the survivor and ends when the profile is erased or the grid stops.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="cancellationToken">Ends the sequence.</param>
    /// <returns>The profiles; empty when there is none.</returns>
    IAsyncEnumerable<ProfileView> WatchAsync(string workspace, ProfileRef profile, CancellationToken cancellationToken = default);

    /// <summary>Whether the grid takes events now; a reason without personal data when it does not.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>Null when it is ready.</returns>
    ValueTask<string?> NotReadyReasonAsync(CancellationToken cancellationToken = default);
}

/// <summary>What an erasure removed or would remove.</summary>
/// <param name="ProfileIds">Persistent ids: the profile's own and those of all that it absorbed.</param>
/// <param name="Identifiers">Identifiers.</param>
/// <param name="Events">Stored events.</param>
public sealed record EraseCounts(int ProfileIds, int Identifiers, long Events);

/// <summary>One page of a timeline.</summary>
/// <param name="Events">The events, newest event time first.</param>
/// <param name="Next">Where the next page starts, null at the end.</param>
public sealed record TimelinePage(IReadOnlyList<CustomerEvent> Events, TimelinePosition? Next);

/// <summary>More work waits than the grid takes on. Answer 429 with the time to wait; nothing was taken on.</summary>
public sealed class GridOverloadedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="inner">The queue that was full.</param>
    public GridOverloadedException(Exception? inner = null) : base("The grid is overloaded.", inner) { }
}

/// <summary>The grid cannot do it now for a reason of its own, such as a full disk. Answer 503; it may be tried again.</summary>
public sealed class GridUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What failed, without personal data.</param>
    /// <param name="inner">The cause.</param>
    public GridUnavailableException(string message, Exception? inner = null) : base(message, inner) { }
}
