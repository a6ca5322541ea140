using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Index;

/// <summary>The fences that may cover some of one cell. The boxes stand beside the fences, so that most of those that do not match are never looked at.</summary>
internal sealed class FenceCell((GeoBounds Bounds, Fence Fence)[] entries)
{
    public ReadOnlySpan<(GeoBounds Bounds, Fence Fence)> Entries => entries;

    /// <summary>With some fences of which none is in it yet.</summary>
    public FenceCell With(ReadOnlySpan<(GeoBounds Bounds, Fence Fence)> added) => new([.. entries, .. added]);

    /// <summary>Without some fences; null when none is left.</summary>
    public FenceCell? Without(IReadOnlySet<Fence> removed) => entries.Where(e => !removed.Contains(e.Fence)).ToArray() is { Length: > 0 } left ? new(left) : null;
}
