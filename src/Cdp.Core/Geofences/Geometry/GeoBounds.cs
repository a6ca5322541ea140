namespace Cdp.Core.Geofences.Geometry;

/// <summary>A box in the units of <see cref="SurfacePoint.X"/> and <see cref="SurfacePoint.Y"/>, edges included. It may lie across the antimeridian.</summary>
/// <param name="MinX">The western edge.</param>
/// <param name="Width">To the eastern edge; <see cref="uint.MaxValue"/> for all the way round.</param>
/// <param name="MinY">The southern edge.</param>
/// <param name="MaxY">The northern edge.</param>
internal readonly record struct GeoBounds(uint MinX, uint Width, uint MinY, uint MaxY)
{
    private const double UnitsPerDegree = 4_294_967_296.0 / 360;
    private const uint NorthPole = 1u << 31;

    public uint MaxX => unchecked(MinX + Width);

    public bool Contains(uint x, uint y) => unchecked(x - MinX) <= Width && y >= MinY && y <= MaxY;

    public bool Meets(in GeoBounds other) =>
        MinY <= other.MaxY && other.MinY <= MaxY && (unchecked(other.MinX - MinX) <= Width || unchecked(MinX - other.MinX) <= other.Width);

    /// <summary>The box around everything within a distance; never too small.</summary>
    public static GeoBounds Around(in SurfacePoint center, double meters) => new GeoBounds(center.X, 0, center.Y, center.Y).Grow(meters);

    /// <summary>The box around everything within a distance of this one; never too small.</summary>
    public GeoBounds Grow(double meters)
    {
        // An angle seen from the centre of curvature; 0.3 % over for the difference between the ellipsoid's latitudes and a sphere's.
        var angle = meters / Wgs84.SmallestRadius * 1.003;
        var up = (ulong)(double.RadiansToDegrees(angle) * UnitsPerDegree) + 2;
        var (south, north) = (MinY > up ? (uint)(MinY - up) : 0, (uint)Math.Min(MaxY + up, NorthPole));
        var reach = Math.Sin(Math.Min(angle, Math.PI / 2)) / CosOfFarthest();
        if (south == 0 || north == NorthPole || !(reach < 1)) return new(0, uint.MaxValue, south, north);
        var aside = (ulong)(double.RadiansToDegrees(Math.Asin(reach)) * UnitsPerDegree) + 2;
        return Width + (2 * aside) >= uint.MaxValue ? new(0, uint.MaxValue, south, north) : new(unchecked(MinX - (uint)aside), (uint)(Width + (2 * aside)), south, north);
    }

    /// <summary>The smallest box around both that does not go round the earth the long way.</summary>
    public GeoBounds Union(in GeoBounds other)
    {
        var (a, b) = (From(MinX, other), From(other.MinX, other));
        var (minX, width) = a <= b ? (MinX, a) : (other.MinX, b);
        return new(minX, (uint)Math.Min(width, uint.MaxValue), Math.Min(MinY, other.MinY), Math.Max(MaxY, other.MaxY));
    }

    // How wide a box that begins at x must be to hold both.
    private ulong From(uint x, in GeoBounds other) => Math.Max((ulong)unchecked(MinX - x) + Width, (ulong)unchecked(other.MinX - x) + other.Width);

    // Of the latitude nearest to a pole, where a length takes the most longitude.
    private double CosOfFarthest()
    {
        var south = Math.Abs((MinY / UnitsPerDegree) - 90);
        var north = Math.Abs((MaxY / UnitsPerDegree) - 90);
        return Math.Cos(double.DegreesToRadians(Math.Max(south, north)));
    }
}
