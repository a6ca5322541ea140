using Cdp.Core.Geofences.Index;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>Decides what fixes and the passing of time lead to. Pure: the same state, fix and index give the same answer, on any machine and however often.</summary>
public static class FenceTracker
{
    /// <summary>Takes one fix. What was due of its device until its time is done first, so that it makes no difference whether <see cref="Due"/> was called in time.</summary>
    /// <param name="state">The customer's state.</param>
    /// <param name="fix">The fix. One that is not later than the device's last one changes nothing.</param>
    /// <param name="index">The workspace's fences.</param>
    /// <param name="options">What is kept of positions.</param>
    /// <returns>The state after it and what is told.</returns>
    public static TrackStep Step(TrackState state, Fix fix, FenceIndex index, PositionOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(fix);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(options);
        var before = state.Devices.GetValueOrDefault(fix.DeviceId);
        if (before is not null && fix.AtMs <= before.NewestMs) return new(state, [], [], FixOutcome.Stale);
        var step = new DeviceStep(state, fix.DeviceId, index);
        if (before is not null) before = step.Pass(before, fix.AtMs, options);
        var after = new FixStep(step, fix, before, options).Take(out var outcome);
        return step.End(state.With(fix.DeviceId, after), outcome);
    }

    /// <summary>Takes fixes in the order of their times, whatever order they came in; those of equal times in the order given.</summary>
    /// <param name="state">The customer's state.</param>
    /// <param name="fixes">The fixes, of any devices.</param>
    /// <param name="index">The workspace's fences.</param>
    /// <param name="options">What is kept of positions.</param>
    /// <returns>The state after all, and one step for each fix in the order in which they were taken.</returns>
    public static (TrackState State, IReadOnlyList<(Fix Fix, TrackStep Step)> Steps) StepAll(TrackState state, IEnumerable<Fix> fixes, FenceIndex index, PositionOptions options)
    {
        ArgumentNullException.ThrowIfNull(fixes);
        List<(Fix, TrackStep)> steps = [];
        foreach (var fix in fixes.OrderBy(f => f.AtMs))
        {
            var step = Step(state, fix, index, options);
            steps.Add((fix, step));
            state = step.State;
        }

        return (state, steps);
    }

    /// <summary>Does what is due without a fix: dwells, visits that silence ends, fixes that are kept no longer.</summary>
    /// <param name="state">The customer's state.</param>
    /// <param name="nowMs">Now, Unix milliseconds. Times of devices are compared with it as they are.</param>
    /// <param name="index">The workspace's fences.</param>
    /// <param name="options">What is kept of positions.</param>
    /// <returns>The state after it and what is told; the same state when nothing was due.</returns>
    public static TrackStep Due(TrackState state, long nowMs, FenceIndex index, PositionOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(options);
        List<FenceTransition> told = [];
        List<SuppressedTransition> suppressed = [];
        foreach (var (deviceId, before) in state.Devices)
        {
            var step = new DeviceStep(state, deviceId, index);
            var after = step.Pass(before, nowMs, options);
            if (after is null) state = state.Without(deviceId);
            else if (!ReferenceEquals(after, before)) state = state.With(deviceId, after);
            told.AddRange(step.Told);
            suppressed.AddRange(step.Suppressed);
        }

        return new(state, [.. told.OrderBy(t => t.AtMs)], [.. suppressed.OrderBy(s => s.Transition.AtMs)], FixOutcome.Accepted);
    }

    /// <summary>When <see cref="Due"/> has something to do next.</summary>
    /// <param name="state">The customer's state.</param>
    /// <param name="index">The workspace's fences; ask again after they have changed.</param>
    /// <param name="options">What is kept of positions.</param>
    /// <returns>Unix milliseconds, which may have passed already; null when nothing will be due.</returns>
    public static long? NextDueMs(TrackState state, FenceIndex index, PositionOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(options);
        long? next = null;
        foreach (var track in state.Devices.Values)
        {
            Earlier(track.NewestMs + (long)options.Retention.TotalMilliseconds);
            foreach (var fence in track.Fences)
            {
                if (index.Find(fence.FenceId) is not { } definition) continue;
                if (DeviceStep.DwellDueMs(fence, definition) is { } dwell) Earlier(dwell);
                if (fence.Phase != FencePhase.Outside) Earlier(DeviceStep.SilenceDueMs(fence, definition));
            }
        }

        return next;

        void Earlier(long ms) => next = next is { } other && other <= ms ? other : ms;
    }
}
