using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Client.Messages;

/// <summary>Asks a customer to absorb another one, see <see cref="PersonMerge"/>.</summary>
/// <param name="Token">The hold of both.</param>
/// <param name="Version">The version of the survivor's stream as of its hold.</param>
/// <param name="Absorbed">The other customer's state as of its hold, as <see cref="StateCodec"/> writes it.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Reason">Why; null when that was not said.</param>
[GenerateSerializer, Immutable, Alias("cdp.MergeRequest")]
public sealed record MergeRequest(
    [property: Id(0)] HoldToken Token,
    [property: Id(1)] long Version,
    [property: Id(2)] byte[] Absorbed,
    [property: Id(3)] string By,
    [property: Id(4)] string? Reason)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(MergeRequest);
}

/// <summary>A merge that is durable.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="MergeVersion">The version of the survivor's record, which names the merge; 0 unless it is done.</param>
/// <param name="Other">The record that was appended to the absorbed customer's stream; set exactly when it is done.</param>
/// <param name="Successor">Who may hold it now.</param>
[GenerateSerializer, Immutable, Alias("cdp.MergeReply")]
public sealed record MergeReply(
    [property: Id(0)] CallStatus Status, [property: Id(1)] long MergeVersion, [property: Id(2)] JournalRow? Other, [property: Id(3)] CustomerId? Successor)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(MergeReply);
}

/// <summary>Asks a customer to become two, see <see cref="PersonSplit"/>.</summary>
/// <param name="Via">How the caller found the customer.</param>
/// <param name="Undo">The merge to take back, as <see cref="MergeId"/> writes it; null to split by identifiers.</param>
/// <param name="Identifiers">The identifiers of the new customer.</param>
/// <param name="NeverMerge">Whether the two sides are barred from each other from now on.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Reason">Why; null when that was not said.</param>
[GenerateSerializer, Immutable, Alias("cdp.SplitRequest")]
public sealed record SplitRequest(
    [property: Id(0)] Via Via,
    [property: Id(1)] string? Undo,
    [property: Id(2)] Identifier[] Identifiers,
    [property: Id(3)] bool NeverMerge,
    [property: Id(4)] string By,
    [property: Id(5)] string? Reason)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(SplitRequest);
}

/// <summary>How a split ended, see <see cref="SplitAnswer"/>.</summary>
/// <param name="Status">How the call ended. All that follows is set exactly when it is done.</param>
/// <param name="Refusal">Why nothing was done; null when it was.</param>
/// <param name="Kept">The side that gave.</param>
/// <param name="Given">The restored or new customer.</param>
/// <param name="Identifiers">Identifiers that changed sides.</param>
/// <param name="Events">Stored events that changed streams.</param>
/// <param name="Successor">Who may hold it now.</param>
[GenerateSerializer, Immutable, Alias("cdp.SplitReply")]
public sealed record SplitReply(
    [property: Id(0)] CallStatus Status,
    [property: Id(1)] string? Refusal,
    [property: Id(2)] CustomerId Kept,
    [property: Id(3)] CustomerId Given,
    [property: Id(4)] int Identifiers,
    [property: Id(5)] int Events,
    [property: Id(6)] CustomerId? Successor)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(SplitReply);
}
