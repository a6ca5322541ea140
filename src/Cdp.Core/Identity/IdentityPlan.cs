namespace Cdp.Core.Identity;

/// <summary>One identifier of an event as the policy sees it.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Owner">Who owns it; null when nobody does.</param>
/// <param name="LinkedAtMs">Unix milliseconds, event time of its present link; 0 when nobody owns it.</param>
/// <param name="FromAlias">True for the previous id of an alias call.</param>
public sealed record Candidate(Identifier Identifier, CustomerFacts? Owner, long LinkedAtMs = 0, bool FromAlias = false);

/// <summary>What the policy needs to know of an event.</summary>
/// <param name="OrderMs">Unix milliseconds: event time, capped at the arrival.</param>
/// <param name="Trusted">Whether the key is trusted.</param>
/// <param name="SharedDevice">Whether the key belongs to a shared device.</param>
public sealed record PolicyEvent(long OrderMs, bool Trusted = false, bool SharedDevice = false);

/// <summary>What is to happen to one identifier.</summary>
public enum StepKind
{
    /// <summary>Nobody owned it; it becomes the target's.</summary>
    Link,

    /// <summary>It becomes the target's; its owner keeps its past.</summary>
    Move,

    /// <summary>Nothing happens to it.</summary>
    Refuse,
}

/// <summary>One step of a plan.</summary>
/// <param name="Kind">What is to happen.</param>
/// <param name="Identifier">To which identifier.</param>
/// <param name="Code">Why.</param>
/// <param name="Other">Its present owner; null when nobody owns it.</param>
public sealed record PlanStep(StepKind Kind, Identifier Identifier, string Code, CustomerId? Other = null);

/// <summary>What an event does to identities. Applied as one unit together with the event.</summary>
/// <param name="Target">The customer that the event is appended to: the survivor of all merges; null to create one.</param>
/// <param name="Absorbed">Customers that merge into the target, in the order they were decided.</param>
/// <param name="Steps">Links, moves and refusals, in the order they were decided.</param>
public sealed record IdentityPlan(CustomerId? Target, IReadOnlyList<CustomerId> Absorbed, IReadOnlyList<PlanStep> Steps)
{
    /// <summary>Everybody whose stream the unit appends to besides a created target: those who have to be held while it is made.</summary>
    public IEnumerable<CustomerId> Participants =>
        Absorbed.Concat(Steps.Where(s => s.Kind == StepKind.Move).Select(s => s.Other!.Value)).Concat(Target is { } t ? [t] : []).Distinct();

    /// <summary>Whether anybody but the target is changed.</summary>
    public bool ConcernsOthers => Absorbed.Count > 0 || Steps.Any(s => s.Kind == StepKind.Move);
}
