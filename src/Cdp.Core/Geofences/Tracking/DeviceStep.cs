using Cdp.Core.Geofences.Index;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>What happens to one device, and what of it is told.</summary>
internal sealed class DeviceStep(TrackState state, string deviceId, FenceIndex index)
{
    private static readonly Comparer<FenceTransition> InOrder =
        Comparer<FenceTransition>.Create((a, b) => a.AtMs != b.AtMs ? a.AtMs.CompareTo(b.AtMs) : string.CompareOrdinal(a.FenceId, b.FenceId));

    public FenceIndex Index => index;

    public List<FenceTransition> Told { get; } = [];

    public List<SuppressedTransition> Suppressed { get; } = [];

    /// <summary>When the dwell of a visit is due; null when it has none to come. A device that is leaving dwells on only when it turns out to have stayed.</summary>
    public static long? DwellDueMs(FenceTrack track, Fence fence) =>
        track is { Phase: FencePhase.Inside, DwellDone: false } && fence.Options.DwellSeconds is { } seconds && fence.Emits(FenceEvents.Dwell)
            ? Math.Max(track.EnteredMs + (seconds * 1_000L), track.SinceMs)
            : null;

    public static long SilenceDueMs(FenceTrack track, Fence fence) => track.SeenMs + (fence.Options.SilenceSeconds * 1_000L);

    /// <summary>Lets time pass.</summary>
    /// <returns>The device after it: the same one when nothing was due, null when it is kept no longer.</returns>
    public DeviceTrack? Pass(DeviceTrack device, long nowMs, PositionOptions options)
    {
        var (first, firstSuppressed) = (Told.Count, Suppressed.Count);
        var fences = device.Fences;
        List<FenceTrack>? after = null;
        for (var i = 0; i < fences.Length; i++)
        {
            var now = Pass(fences[i], nowMs);
            if (!ReferenceEquals(now, fences[i])) after ??= [.. fences.AsSpan(..i)];
            if (now is not null) after?.Add(now);
        }

        if (Told.Count - first > 1) Told.Sort(first, Told.Count - first, InOrder);
        if (Suppressed.Count - firstSuppressed > 1)
            Suppressed.Sort(firstSuppressed, Suppressed.Count - firstSuppressed, Comparer<SuppressedTransition>.Create((a, b) => InOrder.Compare(a.Transition, b.Transition)));
        if (nowMs - device.NewestMs >= (long)options.Retention.TotalMilliseconds) return null;
        return after is null ? device : device with { Fences = [.. after] };
    }

    // A fence that is not there any more, or not any more in force, takes its visits along and tells nothing: no device has moved.
    private FenceTrack? Pass(FenceTrack track, long nowMs)
    {
        if (index.Find(track.FenceId) is not { } fence) return null;
        var silence = SilenceDueMs(track, fence);
        if (DwellDueMs(track, fence) is { } dwell && dwell <= nowMs && dwell <= silence && fence.IsInForce(dwell))
        {
            var quiet = track.Quiet == Suppression.None && !fence.IsActive(dwell) ? Suppression.Hours : track.Quiet;
            Tell(fence, FenceEvents.Dwell, dwell, quiet, t => t with { DwellSeconds = (dwell - track.EnteredMs) / 1_000.0 });
            track = track with { DwellDone = true };
        }

        if (track.Phase == FencePhase.Outside) return IsWorthKeeping(track, fence, nowMs) ? track : null;
        if (!fence.IsInForce(Math.Min(nowMs, silence))) return null;
        if (silence > nowMs) return track;
        if (track.IsVisit && fence.Options.ExitOnSilence)
            Tell(fence, FenceEvents.Exit, silence, track.Quiet, t => t with { DwellSeconds = (track.SeenMs - track.EnteredMs) / 1_000.0, Synthetic = true });
        return Leave(track, fence, nowMs);
    }

    /// <summary>What stays of a visit: the memory that it was told, as long as it matters.</summary>
    public static FenceTrack? Leave(FenceTrack track, Fence fence, long nowMs)
    {
        var memory = new FenceTrack(track.FenceId, fence.Version, FencePhase.Outside, 0, 0, 0, track.SeenMs, track.ToldMs, Suppression.None, DwellDone: false, Initial: false);
        return IsWorthKeeping(memory, fence, nowMs) ? memory : null;
    }

    private static bool IsWorthKeeping(FenceTrack memory, Fence fence, long nowMs) =>
        memory.ToldMs is { } told && fence.IsInForce(nowMs) && (fence.Options.SingleUse || nowMs - told < fence.Options.CooldownSeconds * 1_000L);

    /// <summary>Whether a visit or crossing that begins is quiet, by what any device of the customer was told of the fence.</summary>
    public Suppression QuietFor(Fence fence, FenceTrack? own, long atMs)
    {
        if (fence.Options is { SingleUse: false, CooldownSeconds: 0 }) return Suppression.None;
        var told = own?.ToldMs;
        foreach (var (id, device) in state.Devices)
        {
            // Of this device it is the track at hand that counts: what is due to be forgotten is not there any more.
            if (id == deviceId) continue;
            foreach (var track in device.Fences)
            {
                if (track.FenceId == fence.Id && track.ToldMs is { } other && !(told >= other)) told = other;
            }
        }

        if (told is null) return Suppression.None;
        if (fence.Options.SingleUse) return Suppression.SingleUse;
        return atMs - told < fence.Options.CooldownSeconds * 1_000L ? Suppression.Cooldown : Suppression.None;
    }

    public void Tell(Fence fence, FenceEvents kind, long atMs, Suppression quiet, Func<FenceTransition, FenceTransition>? more = null)
    {
        if (!fence.Emits(kind)) return;
        var transition = new FenceTransition(FenceTransition.IdOf(deviceId, fence.Id, kind, atMs), kind, fence.Id, fence.Version, deviceId, atMs);
        if (more is not null) transition = more(transition);
        if (quiet == Suppression.None) Told.Add(transition);
        else Suppressed.Add(new(transition, quiet));
    }

    public TrackStep End(TrackState after, FixOutcome outcome) => new(after, Told, Suppressed, outcome);
}
