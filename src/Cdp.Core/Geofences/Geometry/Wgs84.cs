namespace Cdp.Core.Geofences.Geometry;

/// <summary>The ellipsoid of WGS 84, and distances on it by way of the straight line through the earth.</summary>
/// <remarks>
/// A geodesic of length s over a surface of radius of curvature R has the chord 2R sin(s / 2R), for any ellipsoid to within s³/24 times the error of 1/R².
/// R lies between 6,335 km and 6,400 km everywhere and the mean radius stands in for it, so that the error is below 2 cm at 100 km and vanishes with the cube
/// of the distance. No direction, no pole and no antimeridian is special.
/// </remarks>
internal static class Wgs84
{
    /// <summary>Metres.</summary>
    public const double SemiMajorAxis = 6_378_137;

    public const double Flattening = 1 / 298.257223563;

    public const double EccentricitySquared = Flattening * (2 - Flattening);

    /// <summary>The mean radius of the IUGG, metres.</summary>
    public const double MeanRadius = 6_371_008.8;

    /// <summary>The smallest radius of curvature, a meridian's at the equator, metres: an angle of s / this is never too small.</summary>
    public const double SmallestRadius = SemiMajorAxis * (1 - EccentricitySquared);

    /// <summary>The length over the surface that belongs to a chord, metres.</summary>
    public static double ArcOf(double chord) => 2 * MeanRadius * Math.Asin(Math.Min(1, chord / (2 * MeanRadius)));

    /// <summary>The chord that belongs to a length over the surface, metres.</summary>
    public static double ChordOf(double arc) => 2 * MeanRadius * Math.Sin(Math.Min(arc / (2 * MeanRadius), Math.PI / 2));
}
