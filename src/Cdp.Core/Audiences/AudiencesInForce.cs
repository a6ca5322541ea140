namespace Cdp.Core.Audiences;

/// <summary>The audiences and computed traits of a workspace that are in force.</summary>
/// <param name="Plan">The compiled definitions.</param>
/// <param name="Name">Names the definitions with their versions: equal names are equal definitions.</param>
public sealed record AudiencesInForce(AudiencePlan Plan, string Name)
{
    /// <summary>No definitions.</summary>
    public static AudiencesInForce None { get; } = new(AudiencePlan.Empty, "");

    /// <summary>Whether there is nothing to judge and nothing to compute.</summary>
    public bool IsEmpty => Plan.Audiences.Count == 0 && Plan.Computed.Count == 0;
}
