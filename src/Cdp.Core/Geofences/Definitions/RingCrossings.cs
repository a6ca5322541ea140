using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Definitions;

/// <summary>Where rings of a polygon meet themselves or each other: edges sorted by their western end, each tested against those that begin before it ends.</summary>
internal sealed class RingCrossings(List<(long X, int Y)>[] rings)
{
    /// <summary>Finds one place, null when there is none. Two rings may touch in a point; a ring may not touch itself.</summary>
    public (int RingA, int EdgeA, int RingB, int EdgeB, long X, long Y)? Find()
    {
        var edges = Edges().OrderBy(e => e.Line.MinX).ToArray();
        for (var i = 0; i < edges.Length; i++)
        {
            ref var a = ref edges[i];
            for (var j = i + 1; j < edges.Length && edges[j].Line.MinX <= a.Line.MaxX; j++)
            {
                ref var b = ref edges[j];
                var meeting = a.Line.Meet(b.Line);
                if (meeting == SegmentMeeting.None || (meeting == SegmentMeeting.Touch && IsAllowed(a, b))) continue;
                var (first, second) = (a.Ring, a.Index).CompareTo((b.Ring, b.Index)) < 0 ? (a, b) : (b, a);
                var (x, y) = MiddleOfCommon(a.Line, b.Line);
                return (first.Ring, first.Index, second.Ring, second.Index, x, y);
            }
        }

        return null;
    }

    // Neighbours in a ring share an end; going back along each other is a crossing already.
    private bool IsAllowed(in Edge a, in Edge b)
    {
        if (a.Ring != b.Ring) return true;
        var apart = Math.Abs(a.Index - b.Index);
        return apart == 1 || apart == rings[a.Ring].Count - 1;
    }

    private IEnumerable<Edge> Edges()
    {
        foreach (var (r, ring) in rings.Index())
        {
            for (var i = 0; i < ring.Count; i++)
            {
                var (from, to) = (ring[i], ring[(i + 1) % ring.Count]);
                yield return new(r, i, new(from.X, from.Y, to.X, to.Y));
            }
        }
    }

    // The boxes of two edges that meet overlap, and where they meet is in there.
    private static (long X, long Y) MiddleOfCommon(in E7Segment a, in E7Segment b) =>
        ((Math.Max(a.MinX, b.MinX) + Math.Min(a.MaxX, b.MaxX)) / 2, (Math.Max(a.MinY, b.MinY) + Math.Min(a.MaxY, b.MaxY)) / 2);

    private readonly record struct Edge(int Ring, int Index, E7Segment Line);
}
