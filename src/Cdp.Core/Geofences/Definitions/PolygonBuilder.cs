using System.Globalization;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Definitions;

/// <summary>A closed ring as it was written, in 1e-7 degrees; the last point is like the first.</summary>
internal sealed record Ring(string Path, (int LonE7, int LatE7)[] Points);

/// <summary>Makes a polygon of rings: lays them out eastward from one end, over the antimeridian and around poles, and checks that they bound one area.</summary>
/// <remarks>
/// An edge over more than 180° of longitude goes the short way, over the antimeridian; one of exactly 360° is a whole parallel. An outer ring that goes once
/// around the earth encloses the pole of the hemisphere that its mean latitude is in.
/// </remarks>
internal sealed class PolygonBuilder(List<Ring> rings, Action<string, string, string> note)
{
    private const long Circle = 3_600_000_000;

    public PolygonPart? Build()
    {
        List<(long X, int Y)>[] laid = [.. rings.Select(Lay)];
        if (!Close(laid)) return null;
        var west = laid[0].Min(p => p.X);
        if (laid[0].Max(p => p.X) - west > Circle)
        {
            note(rings[0].Path, FenceProblemCodes.TooWide, "at most 360° of longitude");
            return null;
        }

        foreach (var hole in laid.Skip(1)) MoveInto(hole, west, laid[0].Max(p => p.X));
        if (!Check(laid)) return null;
        return new(west, [.. laid.Select(r => r.Select(p => ((uint)(p.X - west), p.Y)).ToArray())]);
    }

    // Without repeated points and without the last one; longitudes run on over the antimeridian.
    private static List<(long X, int Y)> Lay(Ring ring)
    {
        List<(long X, int Y)> points = [ring.Points[0]];
        foreach (var ((from, _), (lon, lat)) in ring.Points.Zip(ring.Points.Skip(1)))
        {
            var east = (long)lon - from;
            if (Math.Abs(east) < Circle) east = LocalPlane.ShortWay(east);
            if (east != 0 || lat != points[^1].Y) points.Add((points[^1].X + east, lat));
        }

        return points;
    }

    // Takes the repeated end off, and goes by way of the pole where a ring goes around it.
    private bool Close(List<(long X, int Y)>[] laid)
    {
        foreach (var (i, ring) in laid.Index())
        {
            if (ring[^1].X != ring[0].X)
            {
                if (i > 0)
                {
                    note(rings[i].Path, FenceProblemCodes.HoleAroundPole, "no hole around a pole; write the band as a box from -180 to 180");
                    return false;
                }

                GoByPole(ring);
            }
            else if (ring.Count > 1)
            {
                ring.RemoveAt(ring.Count - 1);
            }

            if (ring.Count >= 3) continue;
            note(rings[i].Path, FenceProblemCodes.TooFewPoints, "at least 3 different positions");
            return false;
        }

        return true;
    }

    // The way to the pole leaves from the point next to it, where no edge can be in the way.
    private static void GoByPole(List<(long X, int Y)> ring)
    {
        var around = ring[^1].X - ring[0].X;
        ring.RemoveAt(ring.Count - 1);
        var pole = ring.Average(p => p.Y) < 0 ? -900_000_000 : 900_000_000;
        var nearest = pole < 0 ? ring.IndexOf(ring.MinBy(p => p.Y)) : ring.IndexOf(ring.MaxBy(p => p.Y));
        List<(long X, int Y)> first = [.. ring.Take(nearest).Select(p => (p.X + around, p.Y))];
        ring.RemoveRange(0, nearest);
        ring.AddRange(first);
        var start = ring[0];
        ring.Add((start.X + around, start.Y));
        if (start.Y == pole) return;
        ring.Add((start.X + around, pole));
        ring.Add((start.X, pole));
    }

    private static void MoveInto(List<(long X, int Y)> hole, long west, long east)
    {
        var move = 0L;
        var holeWest = hole.Min(p => p.X);
        while (holeWest + move < west) move += Circle;
        while (holeWest + move >= west + Circle || (holeWest + move > east && holeWest + move - Circle >= west)) move -= Circle;
        for (var i = 0; i < hole.Count; i++) hole[i] = (hole[i].X + move, hole[i].Y);
    }

    private bool Check(List<(long X, int Y)>[] laid)
    {
        if (new RingCrossings(laid).Find() is { } found)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"near [{SurfacePoint.Wrap(found.X) / 1e7:0.#######}, {found.Y / 1e7:0.#######}]");
            if (found.RingA == found.RingB)
                note(rings[found.RingA].Path, FenceProblemCodes.SelfIntersection, $"edges that do not meet; {found.EdgeA} and {found.EdgeB} do {where}");
            else
                note(rings[found.RingB].Path, FenceProblemCodes.RingsIntersect, $"rings that do not cross; edge {found.EdgeB} meets edge {found.EdgeA} of {rings[found.RingA].Path} {where}");
            return false;
        }

        foreach (var (i, ring) in laid.Index())
        {
            if (i == 0 || ring.Exists(p => IsWithin(p, laid[0]))) continue;
            note(rings[i].Path, FenceProblemCodes.HoleOutside, "a hole within the first ring");
            return false;
        }

        return true;
    }

    private static bool IsWithin((long X, int Y) point, List<(long X, int Y)> ring)
    {
        var inside = false;
        for (var i = 0; i < ring.Count; i++)
        {
            var (a, b) = (ring[i], ring[(i + 1) % ring.Count]);
            if (a.Y > point.Y == b.Y > point.Y) continue;
            var (left, right) = ((b.X - a.X) * ((long)point.Y - a.Y), (point.X - a.X) * ((long)b.Y - a.Y));
            if (b.Y > a.Y ? left <= right : left >= right) inside = !inside;
        }

        return inside;
    }
}
