using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences;

/// <summary>One version of a fence, ready to be tested against positions. Immutable.</summary>
public sealed class Fence
{
    internal Fence(string id, FenceShape shape)
    {
        (Id, Shape) = (id, shape);
        Options = FenceOptions.Default;
    }

    /// <summary>The id, unique in a workspace.</summary>
    public string Id { get; }

    /// <summary>The name for people; null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>Rises with every change.</summary>
    public long Version { get; init; }

    /// <summary>Since when this version is in force, Unix milliseconds: a device that is found inside and has not been seen since then did not come in.</summary>
    public long ChangedAtMs { get; init; }

    /// <summary>What it is in no more from then on, Unix milliseconds; null for never.</summary>
    public long? ExpiresAtMs { get; init; }

    /// <summary>What groups it with others.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>A JSON object of texts, numbers and truth values; null when there is none.</summary>
    public string? MetadataJson { get; init; }

    /// <summary>When it is active; null for always.</summary>
    public ActiveHours? ActiveHours { get; init; }

    /// <summary>How it judges.</summary>
    public FenceOptions Options { get; init; }

    /// <summary>Corners of its rings; 0 for a circle.</summary>
    public int PointCount => Shape is PolygonShape polygon ? polygon.Parts.Sum(p => p.PointCount) : 0;

    internal FenceShape Shape { get; }

    internal double ExitBufferMeters => Options.ExitBufferMeters
        ?? Math.Max(FenceDefaults.MinExitBufferMeters, Shape is CircleShape circle ? circle.RadiusMeters * FenceDefaults.ExitBufferRatio : 0);

    internal double MaxAccuracyMeters => Options.MaxAccuracyMeters ?? (Shape is CircleShape circle ? circle.RadiusMeters : FenceDefaults.PolygonMaxAccuracyMeters);

    /// <summary>Whether a position lies in it, whatever its hours and expiry are.</summary>
    /// <param name="position">Where.</param>
    /// <returns>True when inside.</returns>
    public bool Contains(Position position) => Shape.Contains(new SurfacePoint(position));

    /// <summary>How far a position lies outside.</summary>
    /// <param name="position">Where.</param>
    /// <returns>Metres to the nearest of the fence, 0 inside. To a polygon's edge within about 1 % for some 100 km, outside of the polar circles.</returns>
    public double MetersTo(Position position) => Shape.MetersTo(new SurfacePoint(position));

    internal bool Emits(FenceEvents kind) => (Options.Events & kind) != 0;

    internal bool IsInForce(long atMs) => ExpiresAtMs is not { } end || atMs < end;

    internal bool IsActive(long atMs) => IsInForce(atMs) && (ActiveHours is not { } hours || hours.Contains(atMs));
}
