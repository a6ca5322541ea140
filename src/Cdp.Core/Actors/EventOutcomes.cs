using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;

namespace Cdp.Core.Actors;

/// <summary>Small conversions between an event and what the engine says of it.</summary>
internal static class EventOutcomes
{
    /// <summary>Details of a failure, for the caller of the grid: they tell overload from the rest.</summary>
    public const string Overloaded = "overloaded";

    public static PolicyEvent ToPolicyEvent(this CustomerEvent e) => new(e.OrderMs, e.Source.Trusted, e.Source.SharedDevice);

    /// <summary>What can be said of an event without knowing any customer.</summary>
    public static IReadOnlyList<Reason> OwnReasons(this CustomerEvent e) =>
        e.PreviousId is not null && AliasCandidates.IsSelf(e) ? [.. e.LeftOut, new(ReasonCodes.AliasSelf)] : e.LeftOut;

    public static EventOutcome Rejected(this CustomerEvent e, string code) => new(e.MessageId, EventStatus.Rejected, null, [.. e.LeftOut, new(code)]);

    public static EventOutcome Failed(this CustomerEvent e, string code) => new(e.MessageId, EventStatus.Failed, null, [new(code)]);
}
