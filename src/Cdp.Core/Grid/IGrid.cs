using Cdp.Core.Activation;
using Cdp.Core.Actors;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
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

    /// <summary>
    /// Merges two profiles because a person says so: whatever the policy's limits are, and although they were split. All of it is one commit. The way
    /// from the absorbed id to the survivor is kept for ever, unless the merge is undone.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="survivor">Who keeps its id.</param>
    /// <param name="absorbed">Whose id leads to the survivor from then on.</param>
    /// <param name="note">Who asked for it and why; the history of both shows it.</param>
    /// <param name="cancellationToken">Stops waiting for places in queues.</param>
    /// <returns>
    /// The merge. When an absorbed id is asked for that the survivor has absorbed already, the merge that did it: the call may be repeated.
    /// </returns>
    Task<MergeOutcome> MergeAsync(
        string workspace, ProfileRef survivor, ProfileRef absorbed, PersonNote note, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a merge back, or makes a profile of its own of some identifiers, in one commit: traits, counters, events and identifiers go to the side that
    /// they came in by, also those that came after the merge.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which profile.</param>
    /// <param name="split">What to take out of it.</param>
    /// <param name="cancellationToken">Stops waiting for places in queues.</param>
    /// <returns>The two sides, or why nothing was done; null when there is no such profile.</returns>
    Task<SplitAnswer?> SplitAsync(string workspace, ProfileRef profile, PersonSplit split, CancellationToken cancellationToken = default);

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

    /// <summary>All entries into audiences and exits out of them, of a profile and of all that it absorbed, in the order of their moments.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The changes, null when there is no such profile.</returns>
    Task<IReadOnlyList<MembershipChange>?> AudienceHistoryAsync(string workspace, ProfileRef profile, CancellationToken cancellationToken = default);

    /// <summary>Takes positions of a profile's devices: what they tell of fences, and what triggers do about that, is durable when the task ends.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="fixes">The positions, in any order.</param>
    /// <param name="cancellationToken">Stops waiting for places in queues.</param>
    /// <returns>What became of each; null when there is no such profile.</returns>
    Task<Moved?> MoveAsync(string workspace, ProfileRef profile, IReadOnlyList<Fix> fixes, CancellationToken cancellationToken = default);

    /// <summary>What triggers decided of a profile and of all that it absorbed, those that did nothing included, newest first.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The decisions, null when there is no such profile.</returns>
    Task<IReadOnlyList<TriggerDecision>?> TriggerDecisionsAsync(
        string workspace, ProfileRef profile, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// The profile that a reference names, now and after every committed change. A slow reader misses steps in between, never the newest state. It shows
    /// what a read by the same reference answers: it follows merges into the survivor, splits to the side that has the reference, and an identifier to whom it
    /// moves. It ends when nothing answers any more (the profile was erased, the identifier is nobody's) or the grid stops.
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

/// <summary>How a merge that a person asked for ended.</summary>
/// <param name="Refusal">Why nothing was done, out of <see cref="MergeRefusals"/>; null when both are one.</param>
/// <param name="Id">The merge; null when nothing was done.</param>
/// <param name="Profile">The survivor; null when there is none.</param>
public sealed record MergeOutcome(string? Refusal, MergeId? Id, CustomerId? Profile);

/// <summary>Why a merge cannot be done: codes of the HTTP contract.</summary>
public static class MergeRefusals
{
    /// <summary>There is no such survivor.</summary>
    public const string SurvivorNotFound = "survivor_not_found";

    /// <summary>There is no such profile to absorb.</summary>
    public const string AbsorbedNotFound = "absorbed_not_found";

    /// <summary>One of them is the third profile of a shared identifier, which is several people's and never merges.</summary>
    public const string SharedProfile = "shared_profile";

    /// <summary>Both references name one profile.</summary>
    public const string SameProfile = "same_profile";
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
