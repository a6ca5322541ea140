using Cdp.Core.Identity;

namespace Cdp.Core.Activation;

/// <summary>What happened at a fence.</summary>
public enum FenceMove
{
    /// <summary>It was entered.</summary>
    Enter,

    /// <summary>It was left.</summary>
    Exit,

    /// <summary>Its time of stay was reached.</summary>
    Dwell,

    /// <summary>It was crossed between two positions.</summary>
    Cross,
}

/// <summary>One transition of one device at one fence.</summary>
/// <param name="Id">Names it in the workspace for good: made of device, fence, kind and the time of the fix.</param>
/// <param name="Part">The part of the profile that the device belongs to.</param>
/// <param name="Fence">The fence's id.</param>
/// <param name="Tags">The fence's tags.</param>
/// <param name="Move">What happened.</param>
/// <param name="AtMs">Unix milliseconds of the fix.</param>
/// <param name="Historical">True when it must trigger nothing.</param>
/// <param name="DwellSeconds">How long the device was inside; null when that is not known.</param>
public sealed record FenceOccasion(
    string Id, CustomerId Part, string Fence, IReadOnlyList<string> Tags, FenceMove Move, long AtMs, bool Historical, double? DwellSeconds = null);
