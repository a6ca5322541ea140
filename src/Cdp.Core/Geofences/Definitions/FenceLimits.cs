namespace Cdp.Core.Geofences.Definitions;

/// <summary>The limits of fences. They are part of the HTTP contract.</summary>
public static class FenceLimits
{
    /// <summary>Bytes of one fence's JSON.</summary>
    public const int MaxBytes = 1_048_576;

    /// <summary>Points of one fence over all its rings.</summary>
    public const int MaxPoints = 5_000;

    /// <summary>Rings of one fence, holes included.</summary>
    public const int MaxRings = 500;

    /// <summary>The smallest radius, metres.</summary>
    public const int MinRadiusMeters = 10;

    /// <summary>The largest radius, metres.</summary>
    public const int MaxRadiusMeters = 100_000;

    /// <summary>Tags of one fence, of at most 64 characters each.</summary>
    public const int MaxTags = 20;

    /// <summary>Members of the metadata.</summary>
    public const int MaxMetadata = 50;

    /// <summary>Fences of a workspace.</summary>
    public const int MaxFences = 1_000_000;

    /// <summary>Faults that are listed; with more a geometry is hardly one.</summary>
    internal const int MaxProblems = 50;
}

/// <summary>Codes of <see cref="Audiences.Definitions.DefinitionProblem"/> that only fences have, beside <see cref="Audiences.Definitions.ProblemCodes"/>.</summary>
public static class FenceProblemCodes
{
#pragma warning disable CS1591 // Each code says what its name says.
    public const string RingNotClosed = "ring_not_closed";
    public const string TooFewPoints = "too_few_points";
    public const string TooManyPoints = "too_many_points";
    public const string SelfIntersection = "self_intersection";
    public const string RingsIntersect = "rings_intersect";
    public const string HoleOutside = "hole_outside";
    public const string HoleAroundPole = "hole_around_pole";
    public const string TooWide = "too_wide";
    public const string CoordinateOrder = "coordinate_order_suspected";
#pragma warning restore CS1591
}
