using System.Runtime.InteropServices;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Index;

public sealed partial class FenceIndex
{
    /// <summary>With a fence, in place of the one that has its id.</summary>
    /// <param name="fence">The fence.</param>
    /// <returns>The new index.</returns>
    public FenceIndex With(Fence fence) => Change([fence ?? throw new ArgumentNullException(nameof(fence))], []);

    /// <summary>Without a fence.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The new index; this one when it has no such fence.</returns>
    public FenceIndex Without(string id) => Find(id) is null ? this : Change([], [id]);

    /// <summary>With many fences and without others, at once: several times faster than one by one.</summary>
    /// <param name="fences">What comes, each in place of the one that has its id. Of two with one id the later one counts.</param>
    /// <param name="removedIds">What goes; ids that are not there count for nothing, and those that come too stay.</param>
    /// <returns>The new index.</returns>
    public FenceIndex Change(IEnumerable<Fence> fences, IEnumerable<string> removedIds)
    {
        ArgumentNullException.ThrowIfNull(fences);
        ArgumentNullException.ThrowIfNull(removedIds);
        Dictionary<string, Fence?> changes = [];
        foreach (var id in removedIds) changes[id] = null;
        foreach (var fence in fences) changes[fence.Id] = fence;
        List<Fence> added = [];
        HashSet<Fence> removed = [];
        var byId = _byId.ToBuilder();
        foreach (var (id, fence) in changes)
        {
            var key = KeyOf(id);
            var same = byId.Find(key) ?? [];
            if (Array.Find(same, f => f.Id == id) is { } old) removed.Add(old);
            if (fence is not null) added.Add(fence);
            Fence[] now = same.Length == 0 && fence is not null ? [fence] : [.. same.Where(f => f.Id != id), .. fence is null ? [] : (Fence[])[fence]];
            byId.Set(key, now.Length == 0 ? null : now);
        }

        var (cells, levels) = (_cells.ToBuilder(), (int[])_fencesOfLevel.Clone());
        Remove(cells, levels, removed);
        Add(cells, levels, added);
        var crosses = CrossCount + added.Count(f => f.Emits(FenceEvents.Cross)) - removed.Count(f => f.Emits(FenceEvents.Cross));
        return new(cells.ToMap(), byId.ToMap(), levels, Count + added.Count - removed.Count, crosses);
    }

    private static void Remove(PersistentMap<FenceCell>.Builder cells, int[] levels, HashSet<Fence> removed)
    {
        HashSet<ulong> touched = [];
        foreach (var fence in removed)
        {
            var range = CellRange.Of(fence.Shape.Bounds);
            levels[range.Level]--;
            touched.UnionWith(KeysOf(range));
        }

        foreach (var key in touched)
        {
            if (cells.Find(key) is { } cell) cells.Set(key, cell.Without(removed));
        }
    }

    private static void Add(PersistentMap<FenceCell>.Builder cells, int[] levels, List<Fence> added)
    {
        // Sorted by cell, each cell is written once, however many fences come into it.
        List<(ulong Key, (GeoBounds, Fence) Entry)> entries = new(added.Count * 3);
        foreach (var fence in added)
        {
            var bounds = fence.Shape.Bounds;
            var range = CellRange.Of(bounds);
            levels[range.Level]++;
            foreach (var key in KeysOf(range)) entries.Add((key, (bounds, fence)));
        }

        entries.Sort((a, b) => a.Key.CompareTo(b.Key));
        List<(GeoBounds, Fence)> together = [];
        for (var i = 0; i < entries.Count; i++)
        {
            together.Add(entries[i].Entry);
            if (i + 1 < entries.Count && entries[i + 1].Key == entries[i].Key) continue;
            var cell = cells.Find(entries[i].Key);
            cells.Set(entries[i].Key, cell is null ? new([.. together]) : cell.With(CollectionsMarshal.AsSpan(together)));
            together.Clear();
        }
    }

    private static IEnumerable<ulong> KeysOf(CellRange range)
    {
        for (var y = range.MinY; y <= range.MaxY; y++)
        {
            for (var i = 0u; i <= range.Columns; i++) yield return CellRange.Key(range.Level, range.Column(i), y);
        }
    }
}
