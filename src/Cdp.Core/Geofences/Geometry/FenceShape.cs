namespace Cdp.Core.Geofences.Geometry;

/// <summary>What a fence covers. Immutable.</summary>
internal abstract class FenceShape
{
    /// <summary>A box around it.</summary>
    public abstract GeoBounds Bounds { get; }

    /// <summary>Whether the point lies in it.</summary>
    public abstract bool Contains(in SurfacePoint point);

    /// <summary>Metres from the point to the nearest of it; 0 for a point in it.</summary>
    public abstract double MetersTo(in SurfacePoint point);

    /// <summary>Whether the straight line in longitude and latitude between two points, the short way round, meets it.</summary>
    public abstract bool IsMetBy(in SurfacePoint from, in SurfacePoint to);
}
