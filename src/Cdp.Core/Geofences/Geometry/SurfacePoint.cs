namespace Cdp.Core.Geofences.Geometry;

/// <summary>
/// A position made ready for tests against many fences: in units of 1e-7 degree (1.1 cm), which polygons are exact in, as a cell number of the index, and in
/// metres from the centre of the earth, which distances are taken from.
/// </summary>
internal readonly struct SurfacePoint
{
    public SurfacePoint(Position position)
    {
        LonE7 = E7(position.Longitude);
        LatE7 = E7(position.Latitude);
        X = CellX(LonE7);
        Y = CellY(LatE7);
        var (sinLat, cosLat) = Math.SinCos(double.DegreesToRadians(position.Latitude));
        var (sinLon, cosLon) = Math.SinCos(double.DegreesToRadians(position.Longitude));
        var normal = Wgs84.SemiMajorAxis / Math.Sqrt(1 - (Wgs84.EccentricitySquared * sinLat * sinLat));
        EcefX = normal * cosLat * cosLon;
        EcefY = normal * cosLat * sinLon;
        EcefZ = normal * (1 - Wgs84.EccentricitySquared) * sinLat;
    }

    public int LonE7 { get; }

    public int LatE7 { get; }

    /// <summary>The longitude from -180° on, 2³² to the circle: it wraps as the earth does.</summary>
    public uint X { get; }

    /// <summary>The latitude from -90° on in the same unit, 0 to 2³¹.</summary>
    public uint Y { get; }

    public double EcefX { get; }

    public double EcefY { get; }

    public double EcefZ { get; }

    public static SurfacePoint AtE7(long lonE7, long latE7) => new(new(latE7 / 1e7, Wrap(lonE7) / 1e7));

    public static int E7(double degrees) => (int)Math.Round(degrees * 1e7);

    public static uint CellX(long lonE7) => (uint)(((ulong)(Wrap(lonE7) + 1_800_000_000) << 32) / 3_600_000_000);

    public static uint CellY(long latE7) => (uint)(((ulong)(latE7 + 900_000_000) << 32) / 3_600_000_000);

    public double ChordSquaredTo(in SurfacePoint other)
    {
        var (x, y, z) = (EcefX - other.EcefX, EcefY - other.EcefY, EcefZ - other.EcefZ);
        return (x * x) + (y * y) + (z * z);
    }

    /// <summary>Metres along the geodesic: within 2 cm up to 100 km, within 1 % anywhere.</summary>
    public double MetersTo(in SurfacePoint other) => Wgs84.ArcOf(Math.Sqrt(ChordSquaredTo(other)));

    /// <summary>To [-180°, 180°).</summary>
    public static long Wrap(long lonE7)
    {
        while (lonE7 < -1_800_000_000) lonE7 += 3_600_000_000;
        while (lonE7 >= 1_800_000_000) lonE7 -= 3_600_000_000;
        return lonE7;
    }
}
