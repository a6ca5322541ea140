using System.Globalization;
using System.Text;
using Cdp.Core.Audiences;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Definitions;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Benchmarks.Geofences;

/// <summary>
/// Fences spread evenly over a square of longitude and latitude that grows with their number, so that a position lies in as many of them whatever their number:
/// 23,000 lie in 10° by 10°, from 45° N on.
/// </summary>
internal sealed class GeneratedFences(int count, string shape)
{
    public const int Seed = 20_261_125;

    private readonly double _side = 10 * Math.Sqrt(count / 23_000.0);

    public int Count => count;

    public string Shape => shape;

    public IEnumerable<Fence> All()
    {
        var random = new Random(Seed);
        for (var i = 0; i < count; i++) yield return Read(i, Position(random), random);
    }

    public Fence Another(int i)
    {
        var random = new Random(Seed + 1 + i);
        return Read(i, Position(random), random);
    }

    /// <summary>Anywhere in their area.</summary>
    public Position Position(Random random) => new(50 - (_side / 2) + (random.NextDouble() * _side) - (count > 100_000 ? 25 : 0), random.NextDouble() * _side);

    private Fence Read(int i, Position center, Random random)
    {
        var geometry = shape switch
        {
            "200 m circle" => Circle(center, 200),
            "5 km circle" => Circle(center, 5_000),
            "50-point polygon" => Star(center, 50, random),
            _ => Star(center, 500, random),
        };
        var json = $$"""{"id":"f{{i}}","geometry":{{geometry}}}""";
        var reading = FenceReader.Read(new DefinitionSource(Encoding.UTF8.GetBytes(json), 1), 0);
        return reading.Fence ?? throw new InvalidOperationException(reading.Problems[0].ToString());
    }

    private static string Circle(Position center, int radius) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"type":"Circle","center":[{{center.Longitude:0.#######}},{{center.Latitude:0.#######}}],"radiusMeters":{{radius}}}""");

    // 2 to 5 km around the centre at each of its points.
    private static string Star(Position center, int points, Random random)
    {
        var text = new StringBuilder("""{"type":"Polygon","coordinates":[[""");
        var first = "";
        for (var i = 0; i < points; i++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * i / points);
            var degrees = (2 + (random.NextDouble() * 3)) / 111.2;
            var point = string.Create(
                CultureInfo.InvariantCulture,
                $"[{center.Longitude + (cos * degrees / Math.Cos(double.DegreesToRadians(center.Latitude))):0.#######},{center.Latitude + (sin * degrees):0.#######}],");
            if (i == 0) first = point;
            text.Append(point);
        }

        return text.Append(first, 0, first.Length - 1).Append("]]}").ToString();
    }
}
