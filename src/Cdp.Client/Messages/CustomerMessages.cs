using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Client.Messages;

// What a router and a customer say to each other. Orleans writes arguments into logs and exceptions by ToString, so none of these may say what it
// holds. They are never copied inside a silo: everything in them is immutable, and a customer's state travels as bytes, always.

/// <summary>Asks a customer to apply events.</summary>
/// <param name="Events">The events, in their order.</param>
/// <param name="Via">How the caller found the customer.</param>
[GenerateSerializer, Immutable, Alias("cdp.ApplyRequest")]
public sealed record ApplyRequest([property: Id(0)] CustomerEvent[] Events, [property: Id(1)] Via Via)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ApplyRequest);
}

/// <summary>The answer of an apply or a resolve, see <see cref="ApplyAnswer"/>.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Outcomes">Outcomes of the first events.</param>
/// <param name="Successor">Who may hold it now.</param>
/// <param name="Others">The record that was appended to each other participant's stream.</param>
[GenerateSerializer, Immutable, Alias("cdp.ApplyReply")]
public sealed record ApplyReply(
    [property: Id(0)] CallStatus Status,
    [property: Id(1)] EventOutcome[] Outcomes,
    [property: Id(2)] CustomerId? Successor,
    [property: Id(3)] JournalRow[]? Others)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ApplyReply);
}

/// <summary>Asks a customer to commit one event together with what it does to identities, see <see cref="Resolution"/>.</summary>
/// <param name="Event">The event.</param>
/// <param name="Candidates">Its identifiers as the policy saw them.</param>
/// <param name="Plan">The plan.</param>
/// <param name="NotBefore">Identifiers that were part of an erasure, with its time in Unix milliseconds.</param>
/// <param name="Token">The hold of all participants; null when the plan concerns nobody else.</param>
/// <param name="Held">The states of the other participants as of their hold, as <see cref="StateCodec"/> writes them.</param>
[GenerateSerializer, Immutable, Alias("cdp.ResolveRequest")]
public sealed record ResolveRequest(
    [property: Id(0)] CustomerEvent Event,
    [property: Id(1)] Candidate[] Candidates,
    [property: Id(2)] IdentityPlan Plan,
    [property: Id(3)] KeyValuePair<Identifier, long>[] NotBefore,
    [property: Id(4)] HoldToken? Token,
    [property: Id(5)] byte[][] Held)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ResolveRequest);
}

/// <summary>What the policy judges a customer by.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Facts">The facts; set exactly when it is done.</param>
/// <param name="Successor">Who may hold it now.</param>
[GenerateSerializer, Immutable, Alias("cdp.DescribeReply")]
public sealed record DescribeReply(
    [property: Id(0)] CallStatus Status, [property: Id(1)] CustomerFacts? Facts, [property: Id(2)] CustomerId? Successor)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(DescribeReply);
}

/// <summary>A held customer's state.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="State">As <see cref="StateCodec"/> writes it; set exactly when it is done.</param>
/// <param name="Successor">Who may hold it now.</param>
[GenerateSerializer, Immutable, Alias("cdp.HoldReply")]
public sealed record HoldReply([property: Id(0)] CallStatus Status, [property: Id(1)] byte[]? State, [property: Id(2)] CustomerId? Successor)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(HoldReply);
}

/// <summary>Ends a hold.</summary>
/// <param name="Token">The hold.</param>
/// <param name="Appended">What was appended to the customer's stream meanwhile; null for nothing.</param>
/// <param name="Reload">True when the store may say something else than what was held.</param>
[GenerateSerializer, Immutable, Alias("cdp.ReleaseRequest")]
public sealed record ReleaseRequest(
    [property: Id(0)] HoldToken Token, [property: Id(1)] JournalRow? Appended, [property: Id(2)] bool Reload)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ReleaseRequest);
}

/// <summary>Asks a customer to write traits.</summary>
/// <param name="Via">How the caller found the customer.</param>
/// <param name="Record">What to write.</param>
[GenerateSerializer, Immutable, Alias("cdp.PatchRequest")]
public sealed record PatchRequest([property: Id(0)] Via Via, [property: Id(1)] PatchedRecord Record)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(PatchRequest);
}

/// <summary>A customer of whom nothing is due.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="NextMs">Unix milliseconds at which something can change by time alone; null when nothing can, or when it is not done.</param>
/// <param name="By">The definitions that it was judged by; empty for none.</param>
/// <param name="Version">The version of its stream as of then; 0 when it is not done.</param>
/// <param name="Successor">Who may hold it now.</param>
[GenerateSerializer, Immutable, Alias("cdp.SettleReply")]
public sealed record SettleReply(
    [property: Id(0)] CallStatus Status, [property: Id(1)] long? NextMs, [property: Id(2)] string By, [property: Id(3)] long Version, [property: Id(4)] CustomerId? Successor)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(SettleReply);
}

/// <summary>What an erasure removed.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Counts">The counts; set exactly when it is done.</param>
/// <param name="Successor">Who may hold it now.</param>
[GenerateSerializer, Immutable, Alias("cdp.EraseReply")]
public sealed record EraseReply(
    [property: Id(0)] CallStatus Status, [property: Id(1)] EraseCounts? Counts, [property: Id(2)] CustomerId? Successor)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(EraseReply);
}
