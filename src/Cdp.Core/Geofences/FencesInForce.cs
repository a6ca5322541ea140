using Cdp.Core.Geofences.Index;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Core.Geofences;

/// <summary>The fences of a workspace, and what it keeps of positions. Immutable.</summary>
/// <param name="Index">The fences.</param>
/// <param name="Options">What is kept of positions.</param>
public sealed record FencesInForce(FenceIndex Index, PositionOptions Options)
{
    /// <summary>No fences: nothing is kept of positions.</summary>
    public static FencesInForce None { get; } = new(FenceIndex.Empty, PositionOptions.Default);
}
