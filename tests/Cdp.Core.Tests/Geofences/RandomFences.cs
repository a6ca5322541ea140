using System.Globalization;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Tests.Geofences;

/// <summary>Fences of all kinds and sizes around a few places, a pole and the antimeridian among them, and positions near them.</summary>
internal sealed class RandomFences(int seed)
{
    private static readonly Position[] Places = [new(59.9, 10.7), new(0, 180), new(-16.8, -179.9), new(89.9, 40), new(-89.99, -120), new(35.7, 139.7)];

    public Random Random { get; } = new(seed);

    public Fence Next(string id)
    {
        var more = Random.Next(4) == 0 ? ""","events":["enter","exit","cross"]""" : "";
        var place = NextPosition();
        return Random.Next(3) switch
        {
            0 => Fences.Polygon(id, Star(place, 3 + Random.Next(12)), more),
            _ => Fences.Circle(id, place.Latitude, place.Longitude, Math.Round(10 * Math.Pow(10_000, Random.NextDouble()), 2), more),
        };
    }

    /// <summary>Mostly within a degree of one of the places.</summary>
    public Position NextPosition()
    {
        if (Random.Next(10) == 0) return new((Random.NextDouble() * 180) - 90, (Random.NextDouble() * 360) - 180);
        var place = Places[Random.Next(Places.Length)];
        var reach = Math.Pow(10, -Random.NextDouble() * 3);
        return new(Math.Clamp(place.Latitude + (Spread() * reach), -90, 90), Wrap(place.Longitude + (Spread() * reach * (Math.Abs(place.Latitude) > 89 ? 180 : 1))));
    }

    // Points around a centre, at any distance: never crosses itself.
    private string Star(Position center, int count)
    {
        var size = Math.Pow(10, -Random.NextDouble() * 3);
        var lat = Math.Clamp(center.Latitude, -88, 88);
        var points = Enumerable.Range(0, count).Select(i =>
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * i / count);
            var reach = size * (0.3 + Random.NextDouble());
            return string.Create(CultureInfo.InvariantCulture, $"[{Wrap(center.Longitude + (cos * reach)):0.#######},{lat + (sin * reach):0.#######}]");
        }).ToArray();
        return $"[[{string.Join(',', points)},{points[0]}]]";
    }

    private double Spread() => (Random.NextDouble() * 2) - 1;

    private static double Wrap(double lon) => lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon;
}
