namespace Cdp.Core.Geofences.Geometry;

/// <summary>How two segments meet.</summary>
internal enum SegmentMeeting
{
    None,

    /// <summary>In one point that is an end of one of them.</summary>
    Touch,

    /// <summary>Through each other, or along each other.</summary>
    Cross,
}

/// <summary>A straight line between two points in 1e-7 degrees. Its tests are whole numbers and so exact, up to a full circle of longitude.</summary>
internal readonly record struct E7Segment(long FromX, long FromY, long ToX, long ToY)
{
    public long MinX => Math.Min(FromX, ToX);

    public long MaxX => Math.Max(FromX, ToX);

    public long MinY => Math.Min(FromY, ToY);

    public long MaxY => Math.Max(FromY, ToY);

    public SegmentMeeting Meet(in E7Segment other)
    {
        if (other.MinX > MaxX || MinX > other.MaxX || other.MinY > MaxY || MinY > other.MaxY) return SegmentMeeting.None;
        var (a, b) = (Side(other.FromX, other.FromY), Side(other.ToX, other.ToY));
        var (c, d) = (other.Side(FromX, FromY), other.Side(ToX, ToY));
        if (a == 0 && b == 0) return OverlapsAlong(other) ? SegmentMeeting.Cross : SegmentMeeting.Touch;
        if (a * b > 0 || c * d > 0) return SegmentMeeting.None;
        return a * b * c * d == 0 ? SegmentMeeting.Touch : SegmentMeeting.Cross;
    }

    // Two on one line whose boxes meet: more than one point in common, or just an end.
    private bool OverlapsAlong(in E7Segment other) =>
        Math.Min(MaxX, other.MaxX) > Math.Max(MinX, other.MinX) || Math.Min(MaxY, other.MaxY) > Math.Max(MinY, other.MinY);

    // On which side of this line a point lies. The products need more than 64 bits only in their difference, which is not taken.
    private int Side(long x, long y) => ((ToX - FromX) * (y - FromY)).CompareTo((ToY - FromY) * (x - FromX));
}
