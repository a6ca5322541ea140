namespace Cdp.Core.Geofences.Geometry;

/// <summary>All within a distance of a centre along the geodesic, the edge included; within 2 cm (see <see cref="Wgs84"/>).</summary>
internal sealed class CircleShape : FenceShape
{
    private readonly SurfacePoint _center;
    private readonly double _chordSquared;

    public CircleShape(Position center, double radiusMeters)
    {
        (Center, RadiusMeters, _center) = (center, radiusMeters, new(center));
        var chord = Wgs84.ChordOf(radiusMeters);
        _chordSquared = chord * chord;
    }

    public Position Center { get; }

    public double RadiusMeters { get; }

    public override GeoBounds Bounds => GeoBounds.Around(_center, RadiusMeters);

    public override bool Contains(in SurfacePoint point) => _center.ChordSquaredTo(point) <= _chordSquared;

    public override double MetersTo(in SurfacePoint point) => Contains(point) ? 0 : Math.Max(0, _center.MetersTo(point) - RadiusMeters);

    public override bool IsMetBy(in SurfacePoint from, in SurfacePoint to) =>
        Contains(from) || Contains(to) || Contains(new LocalPlane(_center).NearestOnLine(from, to));
}
