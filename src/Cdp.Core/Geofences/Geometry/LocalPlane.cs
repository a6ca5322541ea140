namespace Cdp.Core.Geofences.Geometry;

/// <summary>
/// The neighbourhood of a point as a plane: longitude shrunk by the cosine of the latitude. Lines that are straight in longitude and latitude stay straight, so
/// that it finds the nearest point of an edge; how far that is, the geodesic says. Meant for some 100 km outside of the polar circles.
/// </summary>
internal readonly struct LocalPlane(in SurfacePoint origin)
{
    private readonly int _lonE7 = origin.LonE7, _latE7 = origin.LatE7;
    private readonly double _shrink = Math.Max(1e-6, Math.Cos(double.DegreesToRadians(origin.LatE7 / 1e7)));

    /// <summary>The point of the line that is nearest to the origin.</summary>
    public SurfacePoint NearestOnLine(in SurfacePoint from, in SurfacePoint to)
    {
        var fromLon = ShortWay((long)from.LonE7 - _lonE7);
        var toLon = fromLon + ShortWay((long)to.LonE7 - from.LonE7);
        var t = FootOf(fromLon, from.LatE7 - (long)_latE7, toLon, to.LatE7 - (long)_latE7, out _);
        return SurfacePoint.AtE7(_lonE7 + fromLon + (long)(t * (toLon - fromLon)), from.LatE7 + (long)(t * (to.LatE7 - (long)from.LatE7)));
    }

    /// <summary>Where on a line the foot of the origin lies: 0 at its start, 1 at its end. Coordinates are relative to the origin.</summary>
    /// <param name="fromX">1e-7 degrees of longitude.</param>
    /// <param name="fromY">1e-7 degrees of latitude.</param>
    /// <param name="toX">1e-7 degrees of longitude.</param>
    /// <param name="toY">1e-7 degrees of latitude.</param>
    /// <param name="squared">The square of the plane's distance.</param>
    public double FootOf(long fromX, long fromY, long toX, long toY, out double squared)
    {
        var (x, y) = (fromX * _shrink, (double)fromY);
        var (dx, dy) = ((toX - fromX) * _shrink, (double)(toY - fromY));
        var length = (dx * dx) + (dy * dy);
        var t = length == 0 ? 0 : Math.Clamp(-((x * dx) + (y * dy)) / length, 0, 1);
        var (footX, footY) = (x + (t * dx), y + (t * dy));
        squared = (footX * footX) + (footY * footY);
        return t;
    }

    /// <summary>A difference of longitudes, the short way round.</summary>
    public static long ShortWay(long lonE7) => lonE7 > 1_800_000_000 ? lonE7 - 3_600_000_000 : lonE7 < -1_800_000_000 ? lonE7 + 3_600_000_000 : lonE7;
}
