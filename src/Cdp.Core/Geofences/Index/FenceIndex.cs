using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Index;

/// <summary>
/// All fences of a workspace, to be found by place or id. It never changes, so any number of threads reads it without a lock; a change makes a new index that
/// shares all but what it touched, in microseconds. Who changes it publishes the new one, by one writer at a time.
/// </summary>
public sealed partial class FenceIndex
{
    private readonly PersistentMap<FenceCell> _cells;
    private readonly PersistentMap<Fence[]> _byId;
    private readonly int[] _fencesOfLevel;

    private readonly int[] _levels;

    private FenceIndex(PersistentMap<FenceCell> cells, PersistentMap<Fence[]> byId, int[] fencesOfLevel, int count, int crossCount)
    {
        (_cells, _byId, _fencesOfLevel, Count, CrossCount) = (cells, byId, fencesOfLevel, count, crossCount);
        _levels = [.. Enumerable.Range(0, fencesOfLevel.Length).Where(level => fencesOfLevel[level] > 0)];
    }

    /// <summary>No fences.</summary>
    public static FenceIndex Empty { get; } = new(PersistentMap<FenceCell>.Empty, PersistentMap<Fence[]>.Empty, new int[CellRange.Earth + 1], 0, 0);

    /// <summary>How many fences there are.</summary>
    public int Count { get; }

    /// <summary>How many of them want <see cref="FenceEvents.Cross"/>; with none, positions cost no look at the way between them.</summary>
    public int CrossCount { get; }

    /// <summary>All of them, in an order of no meaning.</summary>
    public IEnumerable<Fence> Fences => _byId.Values.SelectMany(same => same);

    /// <summary>Finds a fence by its id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The fence; null when there is none.</returns>
    public Fence? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Array.Find(_byId.Find(KeyOf(id)) ?? [], f => f.Id == id);
    }

    /// <summary>Finds the fences that a position lies in, whatever their hours and expiry are.</summary>
    /// <param name="position">Where.</param>
    /// <param name="found">Takes them, in no order; what is in it stays.</param>
    public void FindContaining(Position position, ICollection<Fence> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        FindContaining(new SurfacePoint(position), found);
    }

    internal void FindContaining(in SurfacePoint point, ICollection<Fence> found)
    {
        foreach (var level in _levels)
        {
            var key = level == CellRange.Earth ? CellRange.Key(level, 0, 0) : CellRange.Key(level, point.X >> level, point.Y >> level);
            if (_cells.Find(key) is not { } cell) continue;
            foreach (ref readonly var entry in cell.Entries)
            {
                if (entry.Bounds.Contains(point.X, point.Y) && entry.Fence.Shape.Contains(point)) found.Add(entry.Fence);
            }
        }
    }

    /// <summary>Finds the fences that lie within a distance of a position, those included that it lies in.</summary>
    /// <param name="position">Where.</param>
    /// <param name="meters">Metres, at least 0. Of a distance that is large beside the fences, all of them are looked at.</param>
    /// <param name="found">Takes them, in no order; what is in it stays.</param>
    public void FindWithin(Position position, double meters, ICollection<Fence> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentOutOfRangeException.ThrowIfNegative(meters);
        var point = new SurfacePoint(position);
        Visit(GeoBounds.Around(point, meters), fence =>
        {
            if (fence.Shape.MetersTo(point) <= meters) found.Add(fence);
        });
    }

    /// <summary>Finds the fences that a line meets, straight in longitude and latitude, the short way round.</summary>
    internal void FindMetBy(in SurfacePoint from, in SurfacePoint to, List<Fence> found)
    {
        // In pieces, so that of a long slanting line only the cells near to it are looked at.
        const int Pieces = 16;
        var (start, end) = (from, to);
        var east = LocalPlane.ShortWay((long)to.LonE7 - from.LonE7);
        long north = (long)to.LatE7 - from.LatE7;
        HashSet<Fence> seen = [];
        var at = from;
        for (var i = 1; i <= Pieces; i++)
        {
            var next = SurfacePoint.AtE7(from.LonE7 + (east * i / Pieces), from.LatE7 + (north * i / Pieces));
            Visit(new GeoBounds(at.X, 0, at.Y, at.Y).Union(new(next.X, 0, next.Y, next.Y)).Grow(1), fence =>
            {
                if (seen.Add(fence) && fence.Shape.IsMetBy(start, end)) found.Add(fence);
            });
            at = next;
        }
    }

    // Each fence whose box meets the box, once.
    private void Visit(in GeoBounds box, Action<Fence> visit)
    {
        var cells = 0UL;
        foreach (var level in _levels) cells += CellRange.At(level, box).Cells;
        if (cells <= (ulong)Count + 64)
        {
            foreach (var level in _levels) Visit(CellRange.At(level, box), box, visit);
            return;
        }

        foreach (var fence in Fences)
        {
            if (fence.Shape.Bounds.Meets(box)) visit(fence);
        }
    }

    // A fence in many of the cells counts in the first that is common to it and the range.
    private void Visit(in CellRange range, in GeoBounds box, Action<Fence> visit)
    {
        for (var y = range.MinY; y <= range.MaxY; y++)
        {
            for (var i = 0u; i <= range.Columns; i++)
            {
                if (_cells.Find(CellRange.Key(range.Level, range.Column(i), y)) is not { } cell) continue;
                foreach (ref readonly var entry in cell.Entries)
                {
                    if (!entry.Bounds.Meets(box)) continue;
                    var own = CellRange.At(range.Level, entry.Bounds);
                    if ((y == range.MinY || y == own.MinY) && ((i == 0 && !range.IsRound) || range.Column(i) == own.MinX)) visit(entry.Fence);
                }
            }
        }
    }

    // FNV-1a over the characters, mixed. Ids that fall together share a place.
    private static ulong KeyOf(string id)
    {
        var hash = 14_695_981_039_346_656_037;
        foreach (var c in id) hash = (hash ^ c) * 1_099_511_628_211;
        return CellRange.Mix(hash);
    }
}
