using System.Collections.Immutable;

namespace Cdp.Core.Geofences.Tracking;

public sealed partial class TrackState
{
    /// <summary>One customer's state out of two: all devices of both. Of a device that both have, the state with the later fix counts, and what either was told.</summary>
    /// <param name="other">The other customer's state; of equal times this one counts.</param>
    /// <returns>The state of the merged customer, within <see cref="TrackLimits"/>.</returns>
    public TrackState Merge(TrackState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var merged = this;
        foreach (var (id, theirs) in other.Devices)
            merged = merged.With(id, Devices.TryGetValue(id, out var own) ? Merge(own, theirs) : theirs);
        return merged;
    }

    /// <summary>Two customers' states out of one, by device.</summary>
    /// <param name="goes">Whether a device, by its id, goes to the one who is split off.</param>
    /// <returns>What stays, and what goes.</returns>
    public (TrackState Stays, TrackState Goes) Split(Func<string, bool> goes)
    {
        ArgumentNullException.ThrowIfNull(goes);
        var gone = Devices.Where(d => goes(d.Key)).ToArray();
        return (new(Devices.RemoveRange(gone.Select(d => d.Key))), new(Empty.Devices.AddRange(gone)));
    }

    private static DeviceTrack Merge(DeviceTrack a, DeviceTrack b)
    {
        var (newer, older) = a.NewestMs >= b.NewestMs ? (a, b) : (b, a);
        var fences = newer.Fences.ToDictionary(f => f.FenceId, StringComparer.Ordinal);
        foreach (var track in older.Fences.Where(f => f.ToldMs is not null))
        {
            // A visit of the older state may be over; that it was told is not.
            var own = fences.GetValueOrDefault(track.FenceId);
            if (own is null) fences.Add(track.FenceId, track with { Phase = FencePhase.Outside, Fixes = 0, SinceMs = 0, EnteredMs = 0, Quiet = Suppression.None, DwellDone = false, Initial = false });
            else if (!(own.ToldMs >= track.ToldMs)) fences[track.FenceId] = own with { ToldMs = track.ToldMs };
        }

        var kept = fences.Values.OrderBy(f => f.Phase == FencePhase.Outside).ThenByDescending(f => f.ToldMs).Take(TrackLimits.MaxFencesPerDevice);
        return newer with { Fences = [.. kept.OrderBy(f => f.FenceId, StringComparer.Ordinal)] };
    }

    internal static TrackState Of(IEnumerable<KeyValuePair<string, DeviceTrack>> devices) => new(Empty.Devices.AddRange(devices));
}
