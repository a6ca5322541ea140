using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

/// <summary>A merge that a person asked for.</summary>
/// <param name="Token">The hold of both.</param>
/// <param name="Version">The version of the survivor's stream as of its hold.</param>
/// <param name="Absorbed">The other customer as of its hold.</param>
/// <param name="Note">Who asked for it and why.</param>
public sealed record PersonMerge(HoldToken Token, long Version, CustomerState Absorbed, PersonNote Note);

/// <summary>A merge that is durable.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Other">The record that was appended to the absorbed customer's stream.</param>
public sealed record Merged(MergeId Id, JournalRow Other);

/// <summary>A split that a person asked for: by a merge or by identifiers, exactly one of the two.</summary>
/// <param name="Undo">The merge to take back; null to split by identifiers.</param>
/// <param name="Identifiers">The identifiers of the new customer; empty with a merge.</param>
/// <param name="NeverMerge">Whether the two sides are barred from each other from now on.</param>
/// <param name="Note">Who asked for it and why.</param>
public sealed record PersonSplit(MergeId? Undo, IReadOnlyList<Identifier> Identifiers, bool NeverMerge, PersonNote Note);

/// <summary>How a split ended.</summary>
/// <param name="Refusal">Why nothing was done, out of <see cref="SplitRefusals"/>; null when it was.</param>
/// <param name="Kept">The side that gave.</param>
/// <param name="Given">The restored or new customer; the same as <paramref name="Kept"/> when nothing was done.</param>
/// <param name="Identifiers">Identifiers that changed sides.</param>
/// <param name="Events">Stored events that changed streams.</param>
public sealed record SplitAnswer(string? Refusal, CustomerId Kept, CustomerId Given, int Identifiers, int Events);

/// <summary>Why a split cannot be done: codes of the HTTP contract.</summary>
public static class SplitRefusals
{
    /// <summary>The merge is not one of this profile, or has been undone already.</summary>
    public const string NotMerged = "not_merged";

    /// <summary>The profile does not own an identifier that was named.</summary>
    public const string NotOwned = "identifier_not_owned";

    /// <summary>All identifiers of the profile were named: nothing would be left.</summary>
    public const string NothingLeft = "nothing_left";

    /// <summary>The profile has more stored events than one commit should move, see <see cref="CustomerActor.MaxSplitEvents"/>.</summary>
    public const string TooLarge = "profile_too_large";
}
