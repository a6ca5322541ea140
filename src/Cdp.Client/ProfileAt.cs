namespace Cdp.Client;

/// <summary>A profile and the fences around a place, for callers that act themselves.</summary>
/// <param name="Profile">The profile; its JSON holds traits, consent and audiences.</param>
/// <param name="Fences">The fences that hold the place, by their ids in ordinal order; empty when no place was given.</param>
[GenerateSerializer, Immutable, Alias("cdp.ProfileAt")]
public sealed record ProfileAt([property: Id(0)] Profile Profile, [property: Id(1)] FenceAround[] Fences)
{
    /// <summary>The entity tag of the profile alone: the rest is personal data.</summary>
    /// <returns>Id and version.</returns>
    public override string ToString() => Profile.ETag;
}

/// <summary>A fence that holds a place.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Tags">Its tags.</param>
[GenerateSerializer, Immutable, Alias("cdp.FenceAround")]
public sealed record FenceAround([property: Id(0)] string Id, [property: Id(1)] long Version, [property: Id(2)] string[] Tags)
{
    /// <summary>Nothing of it: where somebody is, is personal data.</summary>
    /// <returns>The name of the type.</returns>
    public override string ToString() => nameof(FenceAround);
}
