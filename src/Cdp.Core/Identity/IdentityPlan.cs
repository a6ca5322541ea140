namespace Cdp.Core.Identity;

/// <summary>One identifier of an event as the policy sees it.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Owner">Who owns it; null when nobody does.</param>
/// <param name="LinkedAtMs">Unix milliseconds, event time of its present link; 0 when nobody owns it.</param>
/// <param name="FromAlias">True for the previous id of an alias call.</param>
/// <param name="FromLink">True when the event does not carry it, and a manual link ties it to one that the event does carry.</param>
public sealed record Candidate(Identifier Identifier, CustomerFacts? Owner, long LinkedAtMs = 0, bool FromAlias = false, bool FromLink = false);

/// <summary>What the policy needs to know of an event.</summary>
/// <param name="OrderMs">Unix milliseconds: event time, capped at the arrival.</param>
/// <param name="Trusted">Whether the key is trusted.</param>
/// <param name="SharedDevice">Whether the key belongs to a shared device.</param>
public sealed record PolicyEvent(long OrderMs, bool Trusted = false, bool SharedDevice = false);

/// <summary>What is to happen to one identifier.</summary>
public enum StepKind
{
    /// <summary>It becomes the target's. Nobody owned it, or it had expired at its owner, who is named then.</summary>
    Link,

    /// <summary>It becomes the target's; its owner keeps its past.</summary>
    Move,

    /// <summary>Nothing happens to it.</summary>
    Refuse,

    /// <summary>It becomes a third profile's, which both the target and its owner list.</summary>
    Share,

    /// <summary>A third profile owns it already; from now on the target lists it too.</summary>
    List,

    /// <summary>One of the target's own leaves it to make room, and nobody owns it.</summary>
    Evict,

    /// <summary>Its owner has not seen it for too long, and loses it: to the target by the link that follows, or to nobody.</summary>
    Expire,
}

/// <summary>One step of a plan.</summary>
/// <param name="Kind">What is to happen.</param>
/// <param name="Identifier">To which identifier.</param>
/// <param name="Code">Why.</param>
/// <param name="Other">Its present owner; null when nobody owns it.</param>
/// <param name="Third">Of a <see cref="StepKind.Share"/>: the third profile. The policy does not know it; whoever carries the plan out fills it in.</param>
public sealed record PlanStep(StepKind Kind, Identifier Identifier, string Code, CustomerId? Other = null, CustomerId? Third = null);

/// <summary>What an event does to identities. Applied as one unit together with the event.</summary>
/// <param name="Target">The customer that the event is appended to: the survivor of all merges; null to create one.</param>
/// <param name="Absorbed">Customers that merge into the target, in the order they were decided.</param>
/// <param name="Steps">What happens to identifiers, in the order it was decided.</param>
public sealed record IdentityPlan(CustomerId? Target, IReadOnlyList<CustomerId> Absorbed, IReadOnlyList<PlanStep> Steps)
{
    /// <summary>
    /// Everybody whose stream the unit appends to besides a created target and third profiles: those who have to be held while it is made.
    /// </summary>
    public IEnumerable<CustomerId> Participants =>
        Absorbed.Concat(Steps.Where(TakesFromOwner).Select(s => s.Other!.Value)).Concat(Target is { } t ? [t] : []).Distinct();

    /// <summary>Whether anybody but the target is changed.</summary>
    public bool ConcernsOthers => Absorbed.Count > 0 || Steps.Any(s => TakesFromOwner(s) && s.Other != Target);

    /// <summary>Whether the target does not get, or have, an identifier of the event.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <returns>True when it stays with or goes to somebody else.</returns>
    public bool LeavesOut(Identifier identifier) =>
        Steps.Any(s => s.Identifier == identifier && s.Kind is StepKind.Refuse or StepKind.Share or StepKind.List);

    private static bool TakesFromOwner(PlanStep step) => step.Kind is StepKind.Move or StepKind.Share or StepKind.Expire;
}
