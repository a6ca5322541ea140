namespace Cdp.Core.Geofences.Geometry;

/// <summary>One or more polygons; a point is inside when it is inside of one.</summary>
internal sealed class PolygonShape(PolygonPart[] parts) : FenceShape
{
    public IReadOnlyList<PolygonPart> Parts => parts;

    public override GeoBounds Bounds => parts.Skip(1).Aggregate(parts[0].Bounds, (all, part) => all.Union(part.Bounds));

    public override bool Contains(in SurfacePoint point)
    {
        foreach (var part in parts)
        {
            if (part.Contains(point)) return true;
        }

        return false;
    }

    public override double MetersTo(in SurfacePoint point)
    {
        if (Contains(point)) return 0;
        var meters = double.MaxValue;
        foreach (var part in parts) meters = Math.Min(meters, part.MetersToEdge(point));
        return meters;
    }

    public override bool IsMetBy(in SurfacePoint from, in SurfacePoint to)
    {
        if (Contains(from) || Contains(to)) return true;
        foreach (var part in parts)
        {
            if (part.IsCutBy(from, to)) return true;
        }

        return false;
    }
}
