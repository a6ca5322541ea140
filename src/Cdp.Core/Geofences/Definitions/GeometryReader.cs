using System.Globalization;
using System.Text.Json;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Definitions;

/// <summary>Reads a GeoJSON geometry, and the circle that GeoJSON lacks.</summary>
internal sealed class GeometryReader(Node node)
{
    private const string Order = "[longitude, latitude]: these look as if they were the other way round";

    private readonly List<(string Path, string Code, string Expected)> _found = [];
    private int _points, _rings;
    private bool _swapped;

    /// <summary>Reads it.</summary>
    /// <param name="radius">The radius of a Point, which stands outside of the geometry.</param>
    /// <returns>The shape; null and noted when it is none.</returns>
    public FenceShape? Read(Node? radius)
    {
        if (!node.IsObject("type", "coordinates", "center", "radiusMeters", "bbox")) return null;
        var type = node.Required("type", "Polygon, MultiPolygon, Circle or Point")?.Word("Polygon", "MultiPolygon", "Circle", "Point") ?? -1;
        FenceShape? shape = type switch
        {
            0 => ReadPolygons(many: false),
            1 => ReadPolygons(many: true),
            2 => ReadCircle("center", node.Required("radiusMeters", "metres")),
            3 => ReadCircle("coordinates", radius ?? node.Required("radiusMeters", "metres, in the fence")),
            _ => null,
        };
        if (type is 0 or 1 && radius is { } extra) extra.Note(ProblemCodes.UnknownMember, "a radius only for a Circle or a Point");
        foreach (var (path, code, expected) in _found.Take(FenceLimits.MaxProblems)) node.At(path).Note(code, expected);
        return _found.Count > 0 ? null : shape;
    }

    private CircleShape? ReadCircle(string member, Node? radius)
    {
        var meters = radius?.Number(FenceLimits.MinRadiusMeters, FenceLimits.MaxRadiusMeters);
        if (node.Required(member, "[longitude, latitude]") is not { } center || !TryPoint(center.Element, center.Path, out var lon, out var lat) || meters is null) return null;
        return new(new(lat, lon), (double)meters);
    }

    private PolygonShape? ReadPolygons(bool many)
    {
        if (node.Required("coordinates", "rings of positions") is not { } coordinates) return null;
        List<PolygonPart?> parts = [];
        if (!many) parts.Add(ReadPolygon(coordinates.Element, coordinates.Path));
        else if (IsArray(coordinates.Element, coordinates.Path, "an array of polygons"))
            parts.AddRange(coordinates.Element.EnumerateArray().Select((polygon, i) => ReadPolygon(polygon, At(coordinates.Path, i))));
        return parts.Count == 0 || parts.Contains(null) ? null : new([.. parts.Select(p => p!)]);
    }

    private PolygonPart? ReadPolygon(JsonElement element, string path)
    {
        if (!IsArray(element, path, "an array of rings")) return null;
        List<Ring> rings = [];
        var failed = false;
        foreach (var (i, item) in element.EnumerateArray().Index())
        {
            if (++_rings > FenceLimits.MaxRings)
            {
                Note(path, FenceProblemCodes.TooManyPoints, $"at most {FenceLimits.MaxRings} rings");
                return null;
            }

            if (ReadRing(item, At(path, i)) is { } ring) rings.Add(ring);
            else failed = true;
        }

        return failed ? null : new PolygonBuilder(rings, Note).Build();
    }

    private Ring? ReadRing(JsonElement element, string path)
    {
        if (!IsArray(element, path, "an array of positions")) return null;
        if ((_points += element.GetArrayLength()) > FenceLimits.MaxPoints)
        {
            Note(path, FenceProblemCodes.TooManyPoints, $"at most {FenceLimits.MaxPoints} positions in all");
            return null;
        }

        List<(int LonE7, int LatE7)> points = [];
        var failed = false;
        foreach (var (i, item) in element.EnumerateArray().Index())
        {
            if (TryPoint(item, At(path, i), out var lon, out var lat)) points.Add((SurfacePoint.E7(lon), SurfacePoint.E7(lat)));
            else failed = true;
        }

        if (failed) return null;
        if (points.Count < 4) Note(path, FenceProblemCodes.TooFewPoints, "at least 4 positions, the last like the first");
        else if (points[0] != points[^1]) Note(path, FenceProblemCodes.RingNotClosed, "the last position like the first");
        else return new(path, [.. points]);
        return null;
    }

    private bool TryPoint(JsonElement item, string path, out double lon, out double lat)
    {
        (lon, lat) = (0, 0);
        if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() < 2 || item[0].ValueKind != JsonValueKind.Number || item[1].ValueKind != JsonValueKind.Number)
        {
            Note(path, ProblemCodes.WrongType, "[longitude, latitude]");
            return false;
        }

        (lon, lat) = (item[0].GetDouble(), item[1].GetDouble());
        if (Math.Abs(lat) <= 90 && Math.Abs(lon) <= 180) return true;
        if (Math.Abs(lat) <= 180 && Math.Abs(lon) <= 90)
        {
            // Once for the geometry: whoever swaps, swaps all of them.
            if (!_swapped) Note(path, FenceProblemCodes.CoordinateOrder, Order);
            _swapped = true;
            return false;
        }

        if (!(Math.Abs(lon) <= 180)) Note(path + "[0]", ProblemCodes.OutOfRange, "a longitude of -180 to 180; across the antimeridian 179 is followed by -179");
        if (!(Math.Abs(lat) <= 90)) Note(path + "[1]", ProblemCodes.OutOfRange, "a latitude of -90 to 90");
        return false;
    }

    private bool IsArray(JsonElement element, string path, string expected)
    {
        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0) return true;
        Note(path, ProblemCodes.WrongType, expected);
        return false;
    }

    private void Note(string path, string code, string expected) => _found.Add((path, code, expected));

    private static string At(string path, int i) => string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
}
