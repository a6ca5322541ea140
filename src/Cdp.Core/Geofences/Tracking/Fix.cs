using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>Where a device said it was.</summary>
/// <param name="DeviceId">The device, 1 to 256 characters.</param>
/// <param name="Position">Where.</param>
/// <param name="AtMs">When, by the device, Unix milliseconds.</param>
/// <param name="AccuracyMeters">The radius that it is likely within, metres; null when unknown, which counts as exact.</param>
/// <param name="SpeedMps">Its own word on its speed, metres per second; null when unknown. Payloads carry it, nothing is decided by it.</param>
/// <param name="HeadingDegrees">0 (north) to below 360, clockwise; null when unknown.</param>
public sealed record Fix(string DeviceId, Position Position, long AtMs, double? AccuracyMeters = null, double? SpeedMps = null, double? HeadingDegrees = null);
