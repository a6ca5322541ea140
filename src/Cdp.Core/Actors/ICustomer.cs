using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

/// <summary>How a call to a customer ended.</summary>
public enum CallStatus
{
    /// <summary>Done, and durable.</summary>
    Done,

    /// <summary>An event carries an identifier that the customer does not own: the caller has to resolve it.</summary>
    NeedsResolution,

    /// <summary>The customer does not hold what it was called by. Ask the store; the successor is a hint only.</summary>
    NotMine,

    /// <summary>The customer is held for a merge or a move. Come back in a moment.</summary>
    Busy,

    /// <summary>The store or a newer version contradicted. Plan again.</summary>
    Conflict,

    /// <summary>The store could not do it now; nothing of the call is known to be durable.</summary>
    Unavailable,

    /// <summary>The store's queue is full; nothing of the call is durable.</summary>
    Overloaded,
}

/// <summary>Names one hold of several customers.</summary>
/// <param name="Value">Unique per hold.</param>
public readonly record struct HoldToken(Guid Value);

/// <summary>How a caller found a customer, so that one who is not or no longer the right one, or who has fallen behind, can tell.</summary>
/// <param name="Identifier">The identifier that it was found by; null when it was found by its id.</param>
/// <param name="AtLeastVersion">
/// A version that the caller knows the stream has reached, as from the epoch of an ownership; 0 when it knows none. A customer that is older in
/// memory reads the store again: one of two activations would else deny for ever what the other one has linked.
/// </param>
/// <param name="Id">The id that it was found by, its own or one that it absorbed; null when it was found by an identifier.</param>
public readonly record struct Via(Identifier? Identifier, long AtLeastVersion = 0, CustomerId? Id = null)
{
    /// <summary>More than any version: the customer reads the store before it answers.</summary>
    public const long Newest = long.MaxValue;
}

/// <summary>The answer of an apply or a resolve.</summary>
/// <param name="Status">How it ended. <see cref="CallStatus.Done"/>: every event has an outcome.</param>
/// <param name="Outcomes">Outcomes of the events from the first on; fewer than asked for unless it is done.</param>
/// <param name="Successor">With <see cref="CallStatus.NotMine"/>: who may hold it now.</param>
/// <param name="Others">With a resolution that is done: the record that was appended to each other participant's stream.</param>
public sealed record ApplyAnswer(
    CallStatus Status, IReadOnlyList<EventOutcome> Outcomes, CustomerId? Successor = null, IReadOnlyList<JournalRow>? Others = null)
{
    /// <summary>An answer without any outcome.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="successor">Who may hold it now.</param>
    /// <returns>The answer.</returns>
    public static ApplyAnswer Of(CallStatus status, CustomerId? successor = null) => new(status, [], successor);
}

/// <summary>One event with everything that its owner needs to commit it together with what it does to identities.</summary>
/// <param name="Event">The event.</param>
/// <param name="Candidates">Its identifiers as the policy saw them.</param>
/// <param name="Plan">The plan; its target is the customer called, or null when that is to be created.</param>
/// <param name="NotBefore">Identifiers that were part of an erasure, with its time in Unix milliseconds.</param>
/// <param name="Token">The hold of all participants, null when the plan concerns nobody else.</param>
/// <param name="Held">The other participants as of their hold: those absorbed and those that let an identifier go.</param>
public sealed record Resolution(
    CustomerEvent Event,
    IReadOnlyList<Candidate> Candidates,
    IdentityPlan Plan,
    IReadOnlyDictionary<Identifier, long> NotBefore,
    HoldToken? Token,
    IReadOnlyDictionary<CustomerId, CustomerState> Held);

/// <summary>What became of one position.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Transitions">What it told, in order.</param>
public sealed record MovedFix(FixOutcome Outcome, IReadOnlyList<FenceTransition> Transitions);

/// <summary>Positions that were taken.</summary>
/// <param name="Customer">Whose they are.</param>
/// <param name="Fixes">One for each position, in the order given.</param>
public sealed record Moved(CustomerId Customer, IReadOnlyList<MovedFix> Fixes);

/// <summary>A customer of whom nothing is due.</summary>
/// <param name="NextMs">Unix milliseconds at which something can change by time alone; null when nothing can.</param>
/// <param name="By">The definitions that it was judged by, see <see cref="Audiences.AudiencesInForce.Key"/>: another silo may know older ones.</param>
/// <param name="Version">The version of its stream as of then.</param>
public sealed record Settled(long? NextMs, string By, long Version);

/// <summary>A customer's answer with a value.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Value">The value; set exactly when it is done.</param>
/// <param name="Successor">With <see cref="CallStatus.NotMine"/>: who may hold it now.</param>
/// <typeparam name="T">The value's type.</typeparam>
public readonly record struct Answer<T>(CallStatus Status, T? Value = default, CustomerId? Successor = null);

/// <summary>
/// A customer as the router calls it. Every call is a leaf: it calls no other actor, so no actor waits for another that may be waiting for it.
/// The host runs one call at a time, but for <see cref="ReadAsync"/>, which interleaves.
/// </summary>
public interface ICustomer
{
    /// <summary>Applies events in their order, in one commit, up to the first that needs resolution.</summary>
    /// <param name="events">The events of a run.</param>
    /// <param name="start">The first one to apply.</param>
    /// <param name="via">How the caller found the customer; by an identifier.</param>
    /// <returns>Outcomes of the events from <paramref name="start"/> on.</returns>
    ValueTask<ApplyAnswer> ApplyAsync(IReadOnlyList<CustomerEvent> events, int start, Via via);

    /// <summary>Commits one event together with its links, moves and merges, in one unit.</summary>
    /// <param name="resolution">The event and the plan.</param>
    /// <returns>One outcome when it is done.</returns>
    ValueTask<ApplyAnswer> ResolveAsync(Resolution resolution);

    /// <summary>The facts that the policy judges by.</summary>
    /// <param name="atLeastVersion">As in <see cref="Via"/>.</param>
    /// <param name="messageHash">The hash of the message id of the event that is to be planned: <see cref="CustomerFacts.HasSeen"/>.</param>
    /// <returns>The facts.</returns>
    ValueTask<Answer<CustomerFacts>> DescribeAsync(long atLeastVersion, UInt128 messageHash);

    /// <summary>Holds new work back until <see cref="ReleaseAsync"/>, or until the hold times out (5 seconds), and hands out the state.</summary>
    /// <param name="token">The hold.</param>
    /// <param name="atLeastVersion">As in <see cref="Via"/>.</param>
    /// <returns>The state, which does not change while it is held.</returns>
    ValueTask<Answer<CustomerState>> HoldAsync(HoldToken token, long atLeastVersion);

    /// <summary>Ends a hold. When the hold was lost meanwhile and something was or may have been appended, the customer reads the store again.</summary>
    /// <param name="token">The hold.</param>
    /// <param name="appended">The record that was appended to this customer's stream meanwhile; null when none was.</param>
    /// <param name="reload">
    /// True when the store may say something else than what was held: an append of unknown outcome, or a conflict, which says that somebody held is
    /// behind the store. The customer then reads it again.
    /// </param>
    /// <returns>A task that ends when the hold has.</returns>
    ValueTask ReleaseAsync(HoldToken token, JournalRow? appended, bool reload);

    /// <summary>
    /// The last committed profile. Interleaves, and completes synchronously when the customer is in memory; a held customer reads the store, because its
    /// holder may have committed already.
    /// </summary>
    /// <param name="via">How the caller found the customer.</param>
    /// <returns>
    /// The profile; <see cref="CallStatus.NotMine"/> when it does not hold the identifier.
    /// </returns>
    ValueTask<Answer<ProfileView>> ReadAsync(Via via);

    /// <summary>Writes traits.</summary>
    /// <param name="via">As in <see cref="ReadAsync"/>.</param>
    /// <param name="record">What to write.</param>
    /// <returns>The profile after the write.</returns>
    ValueTask<Answer<ProfileView>> PatchAsync(Via via, PatchedRecord record);

    /// <summary>Absorbs another customer because a person says so, whatever the policy's limits are.</summary>
    /// <param name="merge">The merge; the customer is held under its token.</param>
    /// <returns>The merge, and the record that was appended to the other one's stream.</returns>
    ValueTask<Answer<Merged>> MergeAsync(PersonMerge merge);

    /// <summary>Makes two customers of this one because a person says so, in one unit.</summary>
    /// <param name="via">As in <see cref="ReadAsync"/>.</param>
    /// <param name="split">What to take out.</param>
    /// <returns>The two sides, or why it cannot be done.</returns>
    ValueTask<Answer<SplitAnswer>> SplitAsync(Via via, PersonSplit split);

    /// <summary>Takes positions of the customer's devices: what they tell of fences, and what triggers do about that, is durable before the answer.</summary>
    /// <param name="via">As in <see cref="ReadAsync"/>.</param>
    /// <param name="fixes">The positions, in any order.</param>
    /// <returns>What became of each.</returns>
    ValueTask<Answer<Moved>> MoveAsync(Via via, IReadOnlyList<Fix> fixes);

    /// <summary>Writes what is due by time, and what changed definitions make of the customer.</summary>
    /// <param name="atLeastVersion">As in <see cref="Via"/>.</param>
    /// <returns>When it is due next.</returns>
    ValueTask<Answer<Settled>> SettleAsync(long atLeastVersion);

    /// <summary>Erases the customer physically, with all that it absorbed.</summary>
    /// <param name="via">As in <see cref="ReadAsync"/>.</param>
    /// <param name="suppress">True to keep later events with its identifiers out as well.</param>
    /// <returns>The counts.</returns>
    ValueTask<Answer<EraseCounts>> EraseAsync(Via via, bool suppress);
}
