using System.Text.Json;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Geofences.Geometry;

/// <summary>A place on earth.</summary>
/// <param name="Latitude">Degrees north, -90 to 90 (WGS 84).</param>
/// <param name="Longitude">Degrees east, -180 to 180.</param>
public readonly record struct Position(double Latitude, double Longitude)
{
    private const double EarthRadiusMetres = 6_371_008.8;

    /// <summary>Metres along a great circle of a sphere with the earth's mean radius: at most about 0.5 % off.</summary>
    /// <param name="other">The other place.</param>
    /// <returns>Metres.</returns>
    public double MetresTo(Position other)
    {
        var (a, b) = (double.DegreesToRadians(Latitude), double.DegreesToRadians(other.Latitude));
        var across = Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2);
        var up = Math.Sin((b - a) / 2);
        var h = (up * up) + (Math.Cos(a) * Math.Cos(b) * across * across);
        return 2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    /// <summary>The same place to so many digits behind the point.</summary>
    /// <param name="decimalPlaces">0 to 15.</param>
    /// <returns>The rounded place.</returns>
    public Position Round(int decimalPlaces) => new(Math.Round(Latitude, decimalPlaces), Math.Round(Longitude, decimalPlaces));

    /// <summary>Reads a place out of two JSON values. Texts are no numbers.</summary>
    /// <returns>The reason code against it, one of <see cref="Tracking.FixReasons"/>, or null.</returns>
    internal static string? Read(ReadOnlySpan<byte> json, JsonSlice latitude, JsonSlice longitude, out Position position)
    {
        position = default;
        if (!latitude.HasValue || !longitude.HasValue) return Tracking.FixReasons.MissingPosition;
        if (latitude.Kind != JsonTokenType.Number || !JsonNumber.TryRead(json, latitude, out var lat) || Math.Abs(lat) > 90) return Tracking.FixReasons.InvalidLatitude;
        if (longitude.Kind != JsonTokenType.Number || !JsonNumber.TryRead(json, longitude, out var lon) || Math.Abs(lon) > 180) return Tracking.FixReasons.InvalidLongitude;
        position = new((double)lat, (double)lon);
        return null;
    }
}
