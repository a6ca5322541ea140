namespace Cdp.Core.Geofences.Tracking;

/// <summary>What bounds the state of one customer.</summary>
public static class TrackLimits
{
    /// <summary>Fences that one device is kept to be in, near or remembered of. A device within more is not told about the others until it leaves some.</summary>
    public const int MaxFencesPerDevice = 256;

    /// <summary>Devices of one customer; with one more the one that was heard of the longest ago is forgotten.</summary>
    public const int MaxDevices = 32;
}
