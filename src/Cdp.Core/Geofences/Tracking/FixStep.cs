using System.Collections.Immutable;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>One fix of one device, judged by all fences in question.</summary>
internal sealed class FixStep(DeviceStep step, Fix fix, DeviceTrack? before, PositionOptions options)
{
    // The most that any fence may ask for: one that was changed meanwhile may ask for more than it did.
    private const int MaxCounted = 10;

    private readonly SurfacePoint _point = new(fix.Position);
    private readonly double _accuracy = fix.AccuracyMeters ?? 0;
    private readonly List<FenceTrack> _after = [];
    private double _speed, _speedFromSuspect;
    private int _judged, _inaccurate;

    /// <summary>Takes it.</summary>
    /// <returns>The device after it.</returns>
    public DeviceTrack Take(out FixOutcome outcome)
    {
        _speed = before is null ? 0 : SpeedFrom(before.Last);
        _speedFromSuspect = before?.Suspect is { } suspect ? SpeedFrom(suspect) : double.PositiveInfinity;
        List<Fence> containing = [];
        step.Index.FindContaining(_point, containing);
        if (containing.Count > 1) containing.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        JudgeAll(containing);
        if (before is not null && step.Index.CrossCount > 0) FindCrossings(before.Last);
        Bound();
        var isPlausible = IsPlausible(FenceDefaults.MaxSpeedMps);
        outcome = _judged > 0 ? FixOutcome.Accepted : !isPlausible ? FixOutcome.Implausible : _inaccurate > 0 ? FixOutcome.Inaccurate : FixOutcome.Accepted;
        var device = After(isPlausible);

        // A visit that goes on may have been due while it looked as if it had ended.
        return step.Pass(device, fix.AtMs, options)!;
    }

    // Both lists are in the order of ids; fences that the device is kept to come first where both have one.
    private void JudgeAll(List<Fence> containing)
    {
        var tracks = before?.Fences ?? [];
        var (t, c) = (0, 0);
        while (t < tracks.Length || c < containing.Count)
        {
            var order = t >= tracks.Length ? 1 : c >= containing.Count ? -1 : string.CompareOrdinal(tracks[t].FenceId, containing[c].Id);
            var track = order <= 0 ? tracks[t++] : null;
            var fence = order >= 0 ? containing[c++] : step.Index.Find(track!.FenceId);
            if (fence is null || !fence.IsInForce(fix.AtMs)) continue;
            if (Judge(fence, track, order >= 0) is { } after) _after.Add(after);
        }
    }

    private FenceTrack? Judge(Fence fence, FenceTrack? track, bool inside)
    {
        if (_accuracy > fence.MaxAccuracyMeters)
        {
            _inaccurate++;
            return track;
        }

        if (!IsPlausible(fence.Options.MaxSpeedMps)) return track;
        _judged++;
        if (track is null or { Phase: FencePhase.Outside or FencePhase.Entering }) return JudgeFromOutside(fence, track, inside);
        track = track with { Version = fence.Version, SeenMs = fix.AtMs };
        if (!inside && fence.Shape.MetersTo(_point) - Math.Min(_accuracy, fence.Options.AccuracyCapMeters) > fence.ExitBufferMeters) return JudgeBeyond(fence, track);
        return track.Phase == FencePhase.Inside ? track : track with { Phase = FencePhase.Inside, Fixes = 0, SinceMs = fix.AtMs };
    }

    private FenceTrack? JudgeFromOutside(Fence fence, FenceTrack? track, bool inside)
    {
        if (!inside || !fence.IsActive(fix.AtMs)) return track is null ? null : DeviceStep.Leave(track, fence, fix.AtMs);
        var isFirst = track is not { Phase: FencePhase.Entering };
        var entering = new FenceTrack(
            fence.Id,
            fence.Version,
            FencePhase.Entering,
            isFirst ? 1 : Math.Min(track!.Fixes + 1, MaxCounted),
            isFirst ? fix.AtMs : track!.SinceMs,
            0,
            fix.AtMs,
            track?.ToldMs,
            Suppression.None,
            DwellDone: false,
            isFirst ? IsFirstSight(fence) : track!.Initial);
        return entering.Fixes >= fence.Options.EnterFixes && IsConfirmed(fence, entering) ? Enter(fence, entering) : entering;
    }

    private FenceTrack Enter(Fence fence, FenceTrack entering)
    {
        var quiet = step.QuietFor(fence, entering, fix.AtMs);
        var silent = quiet == Suppression.None && entering.Initial && !fence.Options.EmitInitial ? Suppression.Initial : quiet;
        step.Tell(fence, FenceEvents.Enter, fix.AtMs, silent, t => t with { Initial = entering.Initial, DistanceMeters = 0 });
        return entering with
        {
            Phase = FencePhase.Inside,
            Fixes = 0,
            SinceMs = fix.AtMs,
            EnteredMs = fix.AtMs,
            ToldMs = quiet == Suppression.None ? fix.AtMs : entering.ToldMs,
            Quiet = quiet,
        };
    }

    private FenceTrack? JudgeBeyond(Fence fence, FenceTrack track)
    {
        var isFirst = track.Phase == FencePhase.Inside;
        var leaving = track with
        {
            Phase = FencePhase.Leaving,
            Fixes = isFirst ? 1 : Math.Min(track.Fixes + 1, MaxCounted),
            SinceMs = isFirst ? fix.AtMs : track.SinceMs,
        };
        if (leaving.Fixes < fence.Options.ExitFixes || !IsConfirmed(fence, leaving)) return leaving;
        step.Tell(
            fence,
            FenceEvents.Exit,
            fix.AtMs,
            track.Quiet,
            t => t with { DwellSeconds = (fix.AtMs - track.EnteredMs) / 1_000.0, DistanceMeters = fence.Shape.MetersTo(_point) });
        return DeviceStep.Leave(leaving, fence, fix.AtMs);
    }

    // The way from the last fix, where both ends are outside.
    private void FindCrossings(KeptFix last)
    {
        List<Fence> met = [];
        var from = new SurfacePoint(last.Position);
        step.Index.FindMetBy(from, _point, met);
        foreach (var fence in met.Where(f => IsCrossable(f, last)).OrderBy(f => f.Id, StringComparer.Ordinal))
        {
            if (fence.Shape.Contains(from) || fence.Shape.Contains(_point)) continue;
            var at = _after.FindIndex(t => t.FenceId == fence.Id);
            if (at >= 0 && _after[at].Phase != FencePhase.Outside) continue;
            var own = at >= 0 ? _after[at] : null;
            var quiet = step.QuietFor(fence, own, fix.AtMs);
            step.Tell(fence, FenceEvents.Cross, fix.AtMs, quiet, t => t with { DistanceMeters = fence.Shape.MetersTo(_point) });
            if (quiet != Suppression.None) continue;
            var told = new FenceTrack(fence.Id, fence.Version, FencePhase.Outside, 0, 0, 0, fix.AtMs, fix.AtMs, Suppression.None, DwellDone: false, Initial: false);
            if (at >= 0) _after.RemoveAt(at);
            if (DeviceStep.Leave(told, fence, fix.AtMs) is { } memory) _after.Add(memory);
        }

        _after.Sort((a, b) => string.CompareOrdinal(a.FenceId, b.FenceId));
    }

    private bool IsCrossable(Fence fence, KeptFix last) =>
        fence.Emits(FenceEvents.Cross) && fence.IsActive(fix.AtMs) && fix.AtMs - last.AtMs <= fence.Options.CrossGapSeconds * 1_000L
        && Math.Max(_accuracy, last.AccuracyMeters) <= fence.MaxAccuracyMeters && _speed <= fence.Options.MaxSpeedMps
        && !(before!.Fences.FirstOrDefault(t => t.FenceId == fence.Id) is { IsVisit: true });

    // Memories go first, the oldest first; then those that only now came in.
    private void Bound()
    {
        while (_after.Count > TrackLimits.MaxFencesPerDevice)
        {
            var memory = _after.Where(t => t.Phase == FencePhase.Outside).MinBy(t => t.ToldMs);
            var gone = memory ?? _after.OrderByDescending(t => t.SinceMs).ThenByDescending(t => t.FenceId, StringComparer.Ordinal).First();
            _after.Remove(gone);
            if (memory is not null || step.Index.Find(gone.FenceId) is not { } fence) continue;

            // As if it had not been seen: what was told of it just now is taken back.
            step.Told.RemoveAll(t => t.FenceId == gone.FenceId && t.AtMs == fix.AtMs);
            step.Tell(fence, FenceEvents.Enter, fix.AtMs, Suppression.TooManyFences);
        }
    }

    private DeviceTrack After(bool isPlausible)
    {
        var kept = new KeptFix(fix.Position.Round(options.DecimalPlaces), fix.AtMs, Math.Round(_accuracy, 1));
        ImmutableArray<FenceTrack> fences = [.. _after];
        if (before is null) return new(kept, null, [], fences);
        if (!isPlausible) return before with { Suspect = kept, Fences = fences };
        ImmutableArray<KeptFix> trail = options.KeptFixes > 1 ? [before.Last, .. before.Trail.Take(options.KeptFixes - 2)] : [];
        return new(kept, null, trail, fences);
    }

    private bool IsConfirmed(Fence fence, FenceTrack track) => fix.AtMs - track.SinceMs >= fence.Options.ConfirmSeconds * 1_000L;

    // Nothing recent says that the device was outside.
    private bool IsFirstSight(Fence fence) =>
        before is null || before.Last.AtMs < fence.ChangedAtMs || fix.AtMs - before.Last.AtMs >= fence.Options.SilenceSeconds * 1_000L;

    private bool IsPlausible(double maxSpeedMps) => _speed <= maxSpeedMps || _speedFromSuspect <= maxSpeedMps;

    // At least: both fixes may be off by their accuracies, and the kept one by its rounding. Two fixes of one second are a second apart.
    private double SpeedFrom(KeptFix kept)
    {
        var rounding = 78_700 * Math.Pow(10, -options.DecimalPlaces);
        var meters = _point.MetersTo(new(kept.Position)) - kept.AccuracyMeters - _accuracy - rounding;
        return Math.Max(0, meters) / Math.Max(1, (fix.AtMs - kept.AtMs) / 1_000.0);
    }
}
