namespace Cdp.Core.Geofences.Geometry;

/// <summary>
/// One polygon: an outer ring and its holes, in 1e-7 degrees, longitudes counted eastward from the western end. Edges are straight in longitude and latitude
/// (RFC 7946, 3.1.1). A point is inside when a line from it to the west meets an odd number of edges; of the edges themselves the western and southern ones are
/// inside. All of it is whole numbers, and so exact.
/// </summary>
/// <param name="baseLonE7">The longitude of the western end.</param>
/// <param name="rings">The rings, closed without repeating the first point; within 0 to 3,600,000,000 of longitude.</param>
internal sealed class PolygonPart(long baseLonE7, (uint X, int Y)[][] rings)
{
    private const long Circle = 3_600_000_000;

    private readonly uint[] _xs = [.. rings.SelectMany(r => r.Append(r[0])).Select(p => p.X)];
    private readonly int[] _ys = [.. rings.SelectMany(r => r.Append(r[0])).Select(p => p.Y)];
    private readonly int[] _starts = [.. Starts(rings)];
    private readonly uint _width = rings[0].Max(p => p.X);
    private readonly int _minY = rings[0].Min(p => p.Y), _maxY = rings[0].Max(p => p.Y);

    public GeoBounds Bounds
    {
        get
        {
            var (minY, maxY) = (SurfacePoint.CellY(_minY), SurfacePoint.CellY(_maxY));
            var minX = SurfacePoint.CellX(baseLonE7);
            return _width >= Circle - 1 ? new(0, uint.MaxValue, minY, maxY) : new(minX, unchecked(SurfacePoint.CellX(baseLonE7 + _width) - minX), minY, maxY);
        }
    }

    public int PointCount => _xs.Length - (_starts.Length - 1);

    /// <summary>The rings as they were given; longitudes in E7 from <c>baseLonE7</c> on, each ring closed.</summary>
    public IEnumerable<(long LonE7, int LatE7)[]> Rings
    {
        get
        {
            for (var r = 0; r < _starts.Length - 1; r++)
                yield return [.. Enumerable.Range(_starts[r], _starts[r + 1] - _starts[r]).Select(i => (baseLonE7 + _xs[i], _ys[i]))];
        }
    }

    public bool Contains(in SurfacePoint point)
    {
        // Nothing lies above the pole, so it is judged by what lies 1 cm below.
        var y = Math.Min(point.LatE7, 899_999_999);
        var x = East(point.LonE7);
        if (y < _minY || y > _maxY || x > _width) return false;
        var inside = false;
        for (var r = 0; r < _starts.Length - 1; r++)
        {
            var xs = _xs.AsSpan(_starts[r].._starts[r + 1]);
            var ys = _ys.AsSpan(_starts[r].._starts[r + 1]);
            for (var i = 1; i < ys.Length && i < xs.Length; i++)
            {
                var above = ys[i - 1] > y;
                if (above == ys[i] > y) continue;
                long dy = (long)ys[i] - ys[i - 1], left = ((long)xs[i] - xs[i - 1]) * ((long)y - ys[i - 1]), right = (x - xs[i - 1]) * dy;
                if (dy > 0 ? left <= right : left >= right) inside = !inside;
            }
        }

        return inside;
    }

    /// <summary>Metres to the nearest edge, from within or without.</summary>
    public double MetersToEdge(in SurfacePoint point)
    {
        var plane = new LocalPlane(point);
        var (x, best, lon, lat) = (East(point.LonE7), double.MaxValue, 0.0, 0.0);
        for (var r = 0; r < _starts.Length - 1; r++)
        {
            for (var i = _starts[r] + 1; i < _starts[r + 1]; i++)
            {
                long fromX = _xs[i - 1] - x, fromY = (long)_ys[i - 1] - point.LatE7, dx = (long)_xs[i] - _xs[i - 1], dy = (long)_ys[i] - _ys[i - 1];

                // The same edge once more from the other side of the earth: a point just west of the western end is not 360° away.
                for (var turn = -Circle; turn <= Circle; turn += Circle)
                {
                    var t = plane.FootOf(fromX + turn, fromY, fromX + turn + dx, fromY + dy, out var squared);
                    if (squared >= best) continue;
                    (best, lon, lat) = (squared, fromX + (t * dx), fromY + (t * dy));
                }
            }
        }

        return point.MetersTo(SurfacePoint.AtE7(point.LonE7 + (long)Math.Round(lon), Math.Clamp(point.LatE7 + (long)Math.Round(lat), -900_000_000, 900_000_000)));
    }

    /// <summary>Whether a line meets an edge.</summary>
    public bool IsCutBy(in SurfacePoint from, in SurfacePoint to)
    {
        var fromX = East(from.LonE7);
        var toX = fromX + LocalPlane.ShortWay((long)to.LonE7 - from.LonE7);
        for (var turn = -Circle; turn <= Circle; turn += Circle)
        {
            var line = new E7Segment(fromX + turn, from.LatE7, toX + turn, to.LatE7);
            if (Math.Min(line.FromX, line.ToX) > _width || Math.Max(line.FromX, line.ToX) < 0) continue;
            for (var r = 0; r < _starts.Length - 1; r++)
            {
                for (var i = _starts[r] + 1; i < _starts[r + 1]; i++)
                {
                    if (line.Meet(new(_xs[i - 1], _ys[i - 1], _xs[i], _ys[i])) != SegmentMeeting.None) return true;
                }
            }
        }

        return false;
    }

    // East of the western end, 0 to a full circle.
    private long East(long lonE7)
    {
        var x = (lonE7 - baseLonE7) % Circle;
        return x < 0 ? x + Circle : x;
    }

    private static IEnumerable<int> Starts((uint X, int Y)[][] rings)
    {
        var start = 0;
        yield return 0;
        foreach (var ring in rings) yield return start += ring.Length + 1;
    }
}
