using Cdp.Core.Audiences.Membership;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

/// <summary>What one merge writes: a record in each stream, and all of the loser's identifiers to the survivor.</summary>
/// <param name="Absorbed">The body of the survivor's record.</param>
/// <param name="MergedInto">The body of the loser's record.</param>
/// <param name="Ownership">The identifiers.</param>
/// <param name="Loser">Who is absorbed.</param>
internal sealed record Absorption(byte[] Absorbed, byte[] MergedInto, IReadOnlyList<OwnershipChange> Ownership, CustomerState Loser)
{
    /// <summary>What subscribers are told: whatever the loser was in, it leaves. The survivor enters when it is judged.</summary>
    public IReadOnlyList<FeedEntry> Feed(long nowMs) =>
        MembershipFeed.Of(Loser.Id, Loser.Version + 1, nowMs, MembershipPolicy.Leave(Loser.Memberships, nowMs, ChangeCause.Merge));

    /// <summary>Makes it.</summary>
    /// <param name="survivor">Who absorbs.</param>
    /// <param name="version">The version of the survivor's record.</param>
    /// <param name="loser">Who is absorbed.</param>
    /// <param name="code">Why.</param>
    /// <param name="messageId">The event that causes it; null when a person does.</param>
    /// <param name="note">What the person says.</param>
    /// <param name="yieldsUntilMs">See <see cref="AbsorbedRecord.YieldsUntilMs"/>.</param>
    /// <returns>What to write.</returns>
    public static Absorption Of(CustomerId survivor, long version, CustomerState loser, string code, string? messageId, PersonNote? note = null, long? yieldsUntilMs = null) => new(
        RecordCodec.Write(new AbsorbedRecord(loser.Id, loser.Version, code, messageId, note) { YieldsUntilMs = yieldsUntilMs }),
        RecordCodec.Write(new MergedIntoRecord(survivor, code, messageId)),
        [.. loser.Links.Values.Select(l => new OwnershipChange(
            l.Identifier, l.Epoch, survivor, new(survivor, version), l.LinkedAtMs, l.LastSeenMs, l.Source))],
        loser);
}
