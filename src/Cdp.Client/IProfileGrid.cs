using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;

namespace Cdp.Client;

/// <summary>
/// The grid for code that reads live profiles and sends events: in a website's back end over Orleans (<c>AddCdpClient</c>), or inside a silo, where a
/// hot read is a look into memory. Thread-safe.
/// </summary>
/// <remarks>
/// <para>A reference names a profile by its id or as <c>type:value</c>, such as <c>email:jo@example.com</c>; it is normalised as in events and is not
/// escaped. A read sees every event that was answered before it, through any of the event's identifiers.</para>
/// <para>Every call may throw <see cref="UnknownWorkspaceException"/>, <see cref="GridOverloadedException"/> (wait a second) and
/// <see cref="GridUnavailableException"/> (it may have been carried out or not; repeat it, events are known by their message id).
/// No message holds personal data.</para>
/// </remarks>
public interface IProfileGrid
{
    /// <summary>The last committed profile.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profileRef">Which one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The profile, null when there is none.</returns>
    /// <exception cref="InvalidProfileRefException">The reference names no profile.</exception>
    ValueTask<Profile?> GetAsync(string workspace, string profileRef, CancellationToken cancellationToken = default);

    /// <summary>Many profiles in one call, each as of its own last commit.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profileRefs">Which ones; at most 1,000.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>One per reference, in the same order; null where there is none.</returns>
    /// <exception cref="InvalidProfileRefException">A reference names no profile.</exception>
    Task<IReadOnlyList<Profile?>> LookupAsync(string workspace, IReadOnlyList<string> profileRefs, CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies raw events; the task ends when each of them is durable, a duplicate, rejected or failed. Events that share an identifier are applied in
    /// their order. One that failed may be sent again under the same message id.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="events">Each one event of the Segment spec, as UTF-8 JSON. One that cannot be read is rejected alone.</param>
    /// <param name="source">Where they come from, and how far that is trusted.</param>
    /// <param name="cancellationToken">Stops waiting; what has been sent may be applied.</param>
    /// <returns>One outcome per event, in the same order.</returns>
    Task<IReadOnlyList<EventOutcome>> IngestAsync(
        string workspace, IReadOnlyList<ReadOnlyMemory<byte>> events, EventSource source, CancellationToken cancellationToken = default);

    /// <summary>A profile, its audiences, and the fences around a place, in one answer out of memory. It keeps and triggers nothing.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profileRef">Which one.</param>
    /// <param name="place">The place; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The answer, null when there is no such profile.</returns>
    /// <exception cref="InvalidProfileRefException">The reference names no profile.</exception>
    /// <exception cref="InvalidPositionException">The place is none.</exception>
    ValueTask<ProfileAt?> DecideAsync(string workspace, string profileRef, Position? place, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes positions of a profile's devices; the task ends when what they tell is durable, with all that triggers decided of it. A time after the arrival counts as the arrival.
    /// Repeating them changes nothing.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profileRef">Whose devices.</param>
    /// <param name="fixes">The positions, at most 1,000, in any order; with one that is wrong none is taken.</param>
    /// <param name="cancellationToken">Stops waiting; what has been sent may be applied.</param>
    /// <returns>What became of each, in the same order; null when there is no such profile.</returns>
    /// <exception cref="InvalidProfileRefException">The reference names no profile.</exception>
    /// <exception cref="InvalidPositionException">A position is none that a device can have.</exception>
    Task<Moved?> MoveAsync(string workspace, string profileRef, IReadOnlyList<Fix> fixes, CancellationToken cancellationToken = default);

    /// <summary>
    /// The profile now and after every committed change, following merges into the survivor. A slow reader misses steps in between, never the newest
    /// state. It outlives silos that stop; it ends when the profile is erased or the token is cancelled.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profileRef">Which one.</param>
    /// <param name="cancellationToken">Ends the sequence.</param>
    /// <returns>The profiles; empty when there is none.</returns>
    /// <exception cref="InvalidProfileRefException">The reference names no profile.</exception>
    IAsyncEnumerable<Profile> WatchAsync(string workspace, string profileRef, CancellationToken cancellationToken = default);
}
