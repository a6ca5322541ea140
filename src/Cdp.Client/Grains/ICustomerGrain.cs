using Cdp.Client.Messages;
using Cdp.Core.Actors;
using Orleans.Concurrency;

namespace Cdp.Client.Grains;

/// <summary>
/// A customer on whichever silo it is active; the key is <see cref="GrainKeys.Of(string, Core.Identity.CustomerId)"/>. See <c>ICustomer</c> of Core for what the
/// calls do. One call runs at a time, but for those that are said to interleave.
/// </summary>
[Alias("cdp.ICustomerGrain")]
[GrainInterfaceType("cdp.customer")]
public interface ICustomerGrain : IGrainWithStringKey
{
    /// <summary>The profile if it can be had without waiting. Interleaves.</summary>
    /// <param name="via">How the caller found the customer.</param>
    /// <returns>The profile, or that a turn is needed.</returns>
    [AlwaysInterleave]
    [Alias("try-read")]
    ValueTask<ReadReply> TryReadAsync(Via via);

    /// <summary>The profile, loaded if need be, in a turn.</summary>
    /// <param name="via">How the caller found the customer.</param>
    /// <returns>The profile.</returns>
    [Alias("read")]
    ValueTask<ReadReply> ReadAsync(Via via);

    /// <summary>Where the traits of a version came from (UTF-8 JSON). Interleaves.</summary>
    /// <param name="version">The version.</param>
    /// <returns>Null when the profile has changed since or is not in memory.</returns>
    [AlwaysInterleave]
    [Alias("provenance")]
    ValueTask<byte[]?> ProvenanceAsync(long version);

    /// <summary>Applies events in their order, in one commit, up to the first that needs resolution.</summary>
    /// <param name="request">The events.</param>
    /// <returns>Outcomes of the first events.</returns>
    [Alias("apply")]
    ValueTask<ApplyReply> ApplyAsync(ApplyRequest request);

    /// <summary>Commits one event together with its links, moves and merges, in one unit.</summary>
    /// <param name="request">The event and the plan.</param>
    /// <returns>One outcome when it is done.</returns>
    [Alias("resolve")]
    ValueTask<ApplyReply> ResolveAsync(ResolveRequest request);

    /// <summary>The facts that the policy judges by.</summary>
    /// <param name="atLeastVersion">A version that the customer's stream is known to have reached.</param>
    /// <param name="messageHash">The hash of the message id of the event that is to be planned.</param>
    /// <returns>The facts.</returns>
    [Alias("describe")]
    ValueTask<DescribeReply> DescribeAsync(long atLeastVersion, UInt128 messageHash);

    /// <summary>Holds new work back and hands out the state.</summary>
    /// <param name="token">The hold.</param>
    /// <param name="atLeastVersion">A version that the customer's stream is known to have reached.</param>
    /// <returns>The state.</returns>
    [Alias("hold")]
    ValueTask<HoldReply> HoldAsync(HoldToken token, long atLeastVersion);

    /// <summary>Ends a hold.</summary>
    /// <param name="request">The hold, and what was appended.</param>
    /// <returns>A task that ends when the hold has.</returns>
    [Alias("release")]
    ValueTask ReleaseAsync(ReleaseRequest request);

    /// <summary>Writes traits.</summary>
    /// <param name="request">What to write.</param>
    /// <returns>The profile after the write.</returns>
    [Alias("patch")]
    ValueTask<ReadReply> PatchAsync(PatchRequest request);

    /// <summary>Absorbs another customer because a person says so.</summary>
    /// <param name="request">The merge.</param>
    /// <returns>The merge.</returns>
    [Alias("merge")]
    ValueTask<MergeReply> MergeAsync(MergeRequest request);

    /// <summary>Makes two customers of this one because a person says so.</summary>
    /// <param name="request">What to take out.</param>
    /// <returns>The two sides.</returns>
    [Alias("split")]
    ValueTask<SplitReply> SplitAsync(SplitRequest request);

    /// <summary>Takes positions of the customer's devices.</summary>
    /// <param name="request">The positions.</param>
    /// <returns>What became of each.</returns>
    [Alias("move")]
    ValueTask<MoveReply> MoveAsync(MoveRequest request);

    /// <summary>Writes what is due by time, and what changed definitions make of the customer.</summary>
    /// <param name="atLeastVersion">A version that the customer's stream is known to have reached.</param>
    /// <returns>When it is due next.</returns>
    [Alias("settle")]
    ValueTask<SettleReply> SettleAsync(long atLeastVersion);

    /// <summary>Erases the customer physically, with all that it absorbed.</summary>
    /// <param name="via">How the caller found the customer.</param>
    /// <param name="suppress">True to keep later events with its identifiers out as well.</param>
    /// <returns>The counts.</returns>
    [Alias("erase")]
    ValueTask<EraseReply> EraseAsync(Via via, bool suppress);

    /// <summary>
    /// Gives a value at once and after every committed change; a slow reader misses steps in between, never the last one. The customer stays in
    /// memory meanwhile. Ends with an exception when the silo stops or is lost: begin anew.
    /// </summary>
    /// <param name="cancellationToken">Ends the sequence.</param>
    /// <returns>A count that means nothing.</returns>
    [Alias("changes")]
    IAsyncEnumerable<int> ChangesAsync(CancellationToken cancellationToken = default);
}
