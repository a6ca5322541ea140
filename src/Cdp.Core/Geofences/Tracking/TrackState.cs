using System.Collections.Immutable;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>What is kept of a customer's devices and fences. Immutable; equal inputs make equal states.</summary>
public sealed partial class TrackState
{
    private TrackState(ImmutableSortedDictionary<string, DeviceTrack> devices) => Devices = devices;

    /// <summary>Of a customer who has never been anywhere.</summary>
    public static TrackState Empty { get; } = new(ImmutableSortedDictionary.Create<string, DeviceTrack>(StringComparer.Ordinal));

    /// <summary>By device id.</summary>
    internal ImmutableSortedDictionary<string, DeviceTrack> Devices { get; }

    /// <summary>The devices that something is kept of.</summary>
    public IEnumerable<string> DeviceIds => Devices.Keys;

    /// <summary>Where a device was last, as precisely as the workspace keeps it.</summary>
    /// <param name="deviceId">The device.</param>
    /// <returns>Where and when (Unix milliseconds); null when nothing is kept.</returns>
    public (Position Position, long AtMs)? LastOf(string deviceId) => Devices.TryGetValue(deviceId, out var track) ? (track.Last.Position, track.Last.AtMs) : null;

    /// <summary>The fences that a device is in by what was told or would have been.</summary>
    /// <param name="deviceId">The device.</param>
    /// <returns>Ids of fences, in ordinal order.</returns>
    public IEnumerable<string> FencesOf(string deviceId) =>
        Devices.TryGetValue(deviceId, out var track) ? track.Fences.Where(f => f.IsVisit).Select(f => f.FenceId) : [];

    internal TrackState With(string deviceId, DeviceTrack track)
    {
        var devices = Devices.SetItem(deviceId, track);
        if (devices.Count > TrackLimits.MaxDevices) devices = devices.Remove(devices.MinBy(d => d.Value.Last.AtMs).Key);
        return new(devices);
    }

    internal TrackState Without(string deviceId) => new(Devices.Remove(deviceId));
}

/// <summary>What is kept of one device.</summary>
/// <param name="Last">Its last fix that was plausible.</param>
/// <param name="Suspect">A later one that could be reached only too fast; null when the last one was plausible.</param>
/// <param name="Trail">Fixes before the last one, the newest first.</param>
/// <param name="Fences">In ordinal order of the fence's id.</param>
internal sealed record DeviceTrack(KeptFix Last, KeptFix? Suspect, ImmutableArray<KeptFix> Trail, ImmutableArray<FenceTrack> Fences)
{
    public long NewestMs => Suspect?.AtMs ?? Last.AtMs;
}

/// <summary>A fix as it is kept.</summary>
internal readonly record struct KeptFix(Position Position, long AtMs, double AccuracyMeters);

/// <summary>Where a device stands to a fence.</summary>
internal enum FencePhase
{
    /// <summary>Gone; remembered for <see cref="FenceTrack.ToldMs"/> only.</summary>
    Outside,

    /// <summary>Inside, not yet often or long enough.</summary>
    Entering,

    /// <summary>Inside.</summary>
    Inside,

    /// <summary>Beyond the buffer, not yet often or long enough.</summary>
    Leaving,
}

/// <summary>One device and one fence.</summary>
/// <param name="FenceId">The fence.</param>
/// <param name="Version">The fence's version that it was last judged by.</param>
/// <param name="Phase">Where the device stands.</param>
/// <param name="Fixes">Fixes in a row that confirm entering or leaving.</param>
/// <param name="SinceMs">The first of them, Unix milliseconds.</param>
/// <param name="EnteredMs">When the visit began, Unix milliseconds.</param>
/// <param name="SeenMs">The last fix that the fence judged, Unix milliseconds: silence counts from it.</param>
/// <param name="ToldMs">When the last visit or crossing that was told began, Unix milliseconds; null when none was.</param>
/// <param name="Quiet">Why nothing of the visit is told; none when it is.</param>
/// <param name="DwellDone">Whether the visit's dwell has been decided.</param>
/// <param name="Initial">Whether the device was inside when it was first seen.</param>
internal sealed record FenceTrack(
    string FenceId, long Version, FencePhase Phase, int Fixes, long SinceMs, long EnteredMs, long SeenMs, long? ToldMs, Suppression Quiet, bool DwellDone, bool Initial)
{
    public bool IsVisit => Phase is FencePhase.Inside or FencePhase.Leaving;
}
