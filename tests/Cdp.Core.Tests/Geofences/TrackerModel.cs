using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Core.Tests.Geofences;

/// <summary>The state machine of docs/geofences.md once more, with mutable state, a look at every fence, and time that passes step by step.</summary>
internal sealed class TrackerModel(PositionOptions options)
{
    private readonly SortedDictionary<string, Device> _devices = new(StringComparer.Ordinal);

    public Dictionary<string, Fence> Fences { get; } = [];

    public List<string> Log { get; } = [];

    public IEnumerable<string> VisitsOf(string device) =>
        _devices.TryGetValue(device, out var d) ? d.Pairs.Where(p => p.Value.Stage >= 2).Select(p => p.Key).Order(StringComparer.Ordinal) : [];

    public FixOutcome Take(Fix fix)
    {
        var known = _devices.TryGetValue(fix.DeviceId, out var device);
        if (known && fix.AtMs <= Math.Max(device!.Last.AtMs, device.Suspect?.AtMs ?? 0)) return FixOutcome.Stale;
        if (known) PassDevice(fix.DeviceId, fix.AtMs);
        known = _devices.TryGetValue(fix.DeviceId, out device);
        device ??= new Device();
        var accuracy = fix.AccuracyMeters ?? 0;
        var speed = known ? Speed(device.Last, fix) : 0;
        var speed2 = device.Suspect is { } s ? Speed(s, fix) : double.MaxValue;
        var (judged, vague) = (0, 0);
        List<string> crossable = [];
        foreach (var fence in Fences.Values.OrderBy(f => f.Id, StringComparer.Ordinal))
        {
            var has = device.Pairs.TryGetValue(fence.Id, out var pair);
            if (fence.ExpiresAtMs <= fix.AtMs)
            {
                device.Pairs.Remove(fence.Id);
                continue;
            }

            var inside = fence.Contains(fix.Position);
            var (maxAccuracy, plausible) = (fence.MaxAccuracyMeters, Math.Min(speed, speed2) <= fence.Options.MaxSpeedMps);
            if (has || inside)
            {
                if (accuracy > maxAccuracy) vague++;
                else if (plausible)
                {
                    judged++;
                    if (!has) device.Pairs.Add(fence.Id, pair = new Pair());
                    Judge(fence, pair!, fix, inside, device, known);
                }
            }

            var away = device.Pairs.TryGetValue(fence.Id, out var after) ? after.Stage == 0 && !after.JustLeft : true;
            if (known && away && fence.Emits(FenceEvents.Cross) && fence.IsActive(fix.AtMs) && fix.AtMs - device.Last.AtMs <= fence.Options.CrossGapSeconds * 1000L
                && accuracy <= maxAccuracy && device.Last.AccuracyMeters <= maxAccuracy && speed <= fence.Options.MaxSpeedMps
                && !fence.Contains(device.Last.Position) && !inside && fence.Shape.IsMetBy(new(device.Last.Position), new(fix.Position)))
            {
                crossable.Add(fence.Id);
            }
        }

        foreach (var id in crossable)
        {
            var quiet = Quiet(Fences[id], fix.AtMs, device.Pairs.GetValueOrDefault(id));
            Tell(Fences[id], fix.DeviceId, FenceEvents.Cross, fix.AtMs, quiet);
            if (quiet != Suppression.None) continue;
            if (!device.Pairs.TryGetValue(id, out var pair)) device.Pairs.Add(id, pair = new Pair());
            pair.ToldMs = fix.AtMs;
        }

        foreach (var pair in device.Pairs.Values) pair.JustLeft = false;
        var kept = new KeptFix(fix.Position.Round(options.DecimalPlaces), fix.AtMs, Math.Round(accuracy, 1));
        var credible = Math.Min(speed, speed2) <= 100;
        if (credible) (device.Last, device.Suspect) = (kept, null);
        else device.Suspect = kept;
        _devices[fix.DeviceId] = device;
        PassDevice(fix.DeviceId, fix.AtMs);
        return judged > 0 ? FixOutcome.Accepted : !credible ? FixOutcome.Implausible : vague > 0 ? FixOutcome.Inaccurate : FixOutcome.Accepted;
    }

    public void Pass(long nowMs)
    {
        foreach (var id in _devices.Keys.ToArray()) PassDevice(id, nowMs);
    }

    private void Judge(Fence fence, Pair pair, Fix fix, bool inside, Device device, bool known)
    {
        var o = fence.Options;
        if (pair.Stage < 2)
        {
            if (!inside || !fence.IsActive(fix.AtMs))
            {
                pair.Stage = 0;
                return;
            }

            if (pair.Stage == 0)
            {
                (pair.Stage, pair.Count, pair.SinceMs) = (1, 0, fix.AtMs);
                pair.Initial = !known || device.Last.AtMs < fence.ChangedAtMs || fix.AtMs - device.Last.AtMs >= o.SilenceSeconds * 1000L;
            }

            pair.SeenMs = fix.AtMs;
            if (++pair.Count < o.EnterFixes || fix.AtMs - pair.SinceMs < o.ConfirmSeconds * 1000L) return;
            pair.Quiet = Quiet(fence, fix.AtMs, pair);
            Tell(fence, fix.DeviceId, FenceEvents.Enter, fix.AtMs, pair.Quiet == Suppression.None && pair.Initial && !o.EmitInitial ? Suppression.Initial : pair.Quiet, pair.Initial ? "initial" : "");
            (pair.Stage, pair.EnteredMs, pair.SinceMs, pair.DwellDone) = (2, fix.AtMs, fix.AtMs, false);
            if (pair.Quiet == Suppression.None) pair.ToldMs = fix.AtMs;
            return;
        }

        pair.SeenMs = fix.AtMs;
        var beyond = !inside && fence.MetersTo(fix.Position) - Math.Min(fix.AccuracyMeters ?? 0, o.AccuracyCapMeters) > fence.ExitBufferMeters;
        if (!beyond)
        {
            if (pair.Stage == 3) (pair.Stage, pair.SinceMs) = (2, fix.AtMs);
            return;
        }

        if (pair.Stage == 2) (pair.Stage, pair.Count, pair.SinceMs) = (3, 0, fix.AtMs);
        if (++pair.Count < o.ExitFixes || fix.AtMs - pair.SinceMs < o.ConfirmSeconds * 1000L) return;
        Tell(fence, fix.DeviceId, FenceEvents.Exit, fix.AtMs, pair.Quiet, $"{fix.AtMs - pair.EnteredMs}");
        (pair.Stage, pair.JustLeft) = (0, true);
    }

    private void PassDevice(string id, long nowMs)
    {
        var device = _devices[id];
        List<(long AtMs, string Fence, Action Tell)> told = [];
        foreach (var (fenceId, pair) in device.Pairs.ToArray())
        {
            if (!Fences.TryGetValue(fenceId, out var fence))
            {
                device.Pairs.Remove(fenceId);
                continue;
            }

            var o = fence.Options;
            var silence = pair.SeenMs + (o.SilenceSeconds * 1000L);
            var dwell = Math.Max(pair.EnteredMs + ((o.DwellSeconds ?? 0) * 1000L), pair.SinceMs);
            if (pair.Stage == 2 && !pair.DwellDone && o.DwellSeconds is not null && fence.Emits(FenceEvents.Dwell) && dwell <= Math.Min(nowMs, silence) && !(fence.ExpiresAtMs <= dwell))
            {
                var quiet = pair.Quiet == Suppression.None && !fence.IsActive(dwell) ? Suppression.Hours : pair.Quiet;
                told.Add((dwell, fenceId, () => Tell(fence, id, FenceEvents.Dwell, dwell, quiet)));
                pair.DwellDone = true;
            }

            if (fence.ExpiresAtMs <= Math.Min(nowMs, pair.Stage == 0 ? nowMs : silence))
            {
                device.Pairs.Remove(fenceId);
            }
            else if (pair.Stage > 0 && silence <= nowMs)
            {
                if (pair.Stage >= 2 && o.ExitOnSilence)
                    told.Add((silence, fenceId, () => Tell(fence, id, FenceEvents.Exit, silence, pair.Quiet, $"synthetic {pair.SeenMs - pair.EnteredMs}")));
                pair.Stage = 0;
            }

            // What no decision can depend on any more need not be kept, and what the tracker drops counts for other devices too.
            // An expired fence takes its memory along, whether or not somebody looked between the end of a visit by silence and the fence's own.
            if (pair.Stage == 0 && (fence.ExpiresAtMs <= nowMs || !(pair.ToldMs is { } t && (o.SingleUse || nowMs - t < o.CooldownSeconds * 1000L)))) device.Pairs.Remove(fenceId);
        }

        foreach (var (_, _, tell) in told.OrderBy(t => t.AtMs).ThenBy(t => t.Fence, StringComparer.Ordinal)) tell();
        if (nowMs - Math.Max(device.Last.AtMs, device.Suspect?.AtMs ?? 0) >= (long)options.Retention.TotalMilliseconds) _devices.Remove(id);
    }

    private Suppression Quiet(Fence fence, long atMs, Pair? own)
    {
        var told = _devices.Values.Select(d => d.Pairs.GetValueOrDefault(fence.Id)?.ToldMs).Append(own?.ToldMs).Max();
        if (told is null || fence.Options is { SingleUse: false, CooldownSeconds: 0 }) return Suppression.None;
        return fence.Options.SingleUse ? Suppression.SingleUse : atMs - told < fence.Options.CooldownSeconds * 1000L ? Suppression.Cooldown : Suppression.None;
    }

    private void Tell(Fence fence, string device, FenceEvents kind, long atMs, Suppression quiet, string more = "")
    {
        if ((fence.Options.Events & kind) != 0) Log.Add($"{device} {kind} {fence.Id} v{fence.Version} {atMs} {quiet} {more}");
    }

    private double Speed(KeptFix from, Fix to)
    {
        var meters = new SurfacePoint(to.Position).MetersTo(new(from.Position)) - from.AccuracyMeters - (to.AccuracyMeters ?? 0) - (78_700 * Math.Pow(10, -options.DecimalPlaces));
        return Math.Max(0, meters) / Math.Max(1, (to.AtMs - from.AtMs) / 1000.0);
    }

    private sealed class Device
    {
        public KeptFix Last { get; set; }

        public KeptFix? Suspect { get; set; }

        public Dictionary<string, Pair> Pairs { get; } = [];
    }

    // Stage: 0 outside, 1 entering, 2 inside, 3 leaving.
    private sealed class Pair
    {
        public int Stage { get; set; }

        public int Count { get; set; }

        public long SinceMs { get; set; }

        public long EnteredMs { get; set; }

        public long SeenMs { get; set; }

        public long? ToldMs { get; set; }

        public Suppression Quiet { get; set; }

        public bool DwellDone { get; set; }

        public bool Initial { get; set; }

        public bool JustLeft { get; set; }
    }
}
