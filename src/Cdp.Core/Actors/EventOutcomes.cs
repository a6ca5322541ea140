using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

/// <summary>Small conversions between an event and what the engine says of it.</summary>
internal static class EventOutcomes
{
    public static PolicyEvent ToPolicyEvent(this CustomerEvent e) => new(e.OrderMs, e.Source.Trusted, e.Source.SharedDevice);

    /// <summary>What is to be said of an event besides what it does to identities.</summary>
    public static IReadOnlyList<Reason> OwnReasons(this CustomerEvent e, IdentityRules rules, CustomerState state)
    {
        var isSelf = e.PreviousId is not null && AliasCandidates.IsSelf(rules, e);
        var leavesOutTraits = state.LeavesOutTraits(e);
        if (!isSelf && !leavesOutTraits) return e.LeftOut;
        List<Reason> reasons = [.. e.LeftOut];
        if (isSelf) reasons.Add(new(ReasonCodes.AliasSelf));
        if (leavesOutTraits) reasons.Add(new(ReasonCodes.TraitCapReached, null, $"The profile has {ProfilePart.MaxTraits} trait names; new ones are left out."));
        return reasons;
    }

    public static EventOutcome Rejected(this CustomerEvent e, string code) => new(e.MessageId, EventStatus.Rejected, null, [.. e.LeftOut, new(code)]);

    public static EventOutcome Failed(this CustomerEvent e, string code) => new(e.MessageId, EventStatus.Failed, null, [new(code)]);
}
