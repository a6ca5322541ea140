using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Index;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Core.Tests.Geofences;

/// <summary>One customer on the move: seconds after a Monday at 08:00 UTC, metres east and north of Oslo's centre, and what was told as short texts.</summary>
internal sealed class Walk(params Fence[] fences)
{
    public const double Lat = 59.9139, Lon = 10.7522;
    public static readonly long Start = new DateTimeOffset(2026, 3, 23, 8, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private TrackState _state = TrackState.Empty;

    public FenceIndex Index { get; set; } = FenceIndex.Empty.Change(fences, []);

    public PositionOptions Options { get; init; } = PositionOptions.Default;

    public TrackState State { get => _state; set => _state = value; }

    public List<FenceTransition> Told { get; } = [];

    public List<SuppressedTransition> Suppressed { get; } = [];

    public FixOutcome Outcome { get; private set; }

    public IEnumerable<string> Texts => Told.Select(t => $"{t.Kind} {t.FenceId}@{(t.AtMs - Start) / 1_000.0}");

    /// <summary>A 100 m circle around the centre.</summary>
    public static Fence Shop(string more = "", long version = 1) => Fences.Circle("shop", Lat, Lon, 100, more, version);

    public static Fix Fix(double seconds, double east, double north = 0, double? accuracy = 5, string device = "phone")
    {
        var (lat, lon) = Vincenty.Move(Lat, Lon, 90, east);
        (lat, lon) = Vincenty.Move(lat, lon, 0, north);
        return new(device, new(lat, lon), Start + (long)(seconds * 1_000), accuracy);
    }

    public Walk At(double seconds, double east, double north = 0, double? accuracy = 5, string device = "phone")
    {
        Take(FenceTracker.Step(_state, Fix(seconds, east, north, accuracy, device), Index, Options));
        return this;
    }

    public Walk Due(double seconds)
    {
        Take(FenceTracker.Due(_state, Start + (long)(seconds * 1_000), Index, Options));
        return this;
    }

    public double? NextDueSeconds => (FenceTracker.NextDueMs(_state, Index, Options) - Start) / 1_000.0;

    public void Take(TrackStep step)
    {
        _state = step.State;
        Outcome = step.Outcome;
        Told.AddRange(step.Transitions);
        Suppressed.AddRange(step.Suppressed);
    }
}
