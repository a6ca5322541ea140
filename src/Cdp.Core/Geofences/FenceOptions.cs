namespace Cdp.Core.Geofences;

/// <summary>How one fence judges positions.</summary>
/// <remarks>
/// A device is outside, entering (inside, not yet often or long enough), inside, leaving (beyond <see cref="ExitBufferMeters"/>, not yet often or long enough) and
/// outside again. A fix between the edge and the buffer takes back what was entering or leaving, and changes nothing else.
/// </remarks>
public sealed record FenceOptions
{
    /// <summary>All defaults.</summary>
    public static FenceOptions Default { get; } = new();

    /// <summary>Which transitions are told.</summary>
    /// <value>Default: enter and exit.</value>
    public FenceEvents Events { get; init; } = FenceEvents.Enter | FenceEvents.Exit;

    /// <summary>How long a visit lasts before its dwell is told, once.</summary>
    /// <value>Seconds, 1 to 2,592,000 (30 days); null (default) for never.</value>
    public int? DwellSeconds { get; init; }

    /// <summary>Fixes in a row inside that make an enter.</summary>
    /// <value>1 to 10, default 1.</value>
    public int EnterFixes { get; init; } = 1;

    /// <summary>Fixes in a row beyond the buffer that make an exit.</summary>
    /// <value>1 to 10, default 2: one fix 200 m off that claims 2 m of accuracy is common.</value>
    public int ExitFixes { get; init; } = 2;

    /// <summary>How far the first and the last of those fixes lie apart at least.</summary>
    /// <value>Seconds, 0 (default) to 3,600.</value>
    public int ConfirmSeconds { get; init; }

    /// <summary>How far outside a device counts as gone.</summary>
    /// <value>Metres, 0 to 100,000; null (default) for the larger of 20 m and 10 % of a circle's radius.</value>
    public double? ExitBufferMeters { get; init; }

    /// <summary>Fixes that are less accurate are passed over by this fence.</summary>
    /// <value>Metres, 1 to 100,000; null (default) for a circle's radius, 200 m for polygons.</value>
    public double? MaxAccuracyMeters { get; init; }

    /// <summary>How much of a fix's inaccuracy holds back an exit: the distance less the inaccuracy must pass the buffer.</summary>
    /// <value>Metres, 0 to 10,000, default 50.</value>
    public double AccuracyCapMeters { get; init; } = 50;

    /// <summary>A fix that could be reached only faster needs a second one near it.</summary>
    /// <value>Metres per second, 1 to 10,000, default 100.</value>
    public double MaxSpeedMps { get; init; } = FenceDefaults.MaxSpeedMps;

    /// <summary>The longest time between two fixes whose line counts as a crossing.</summary>
    /// <value>Seconds, 1 to 3,600, default 300.</value>
    public int CrossGapSeconds { get; init; } = 300;

    /// <summary>A visit or crossing that begins so soon after the last one of the same customer that was told is quiet: nothing of it is told.</summary>
    /// <value>Seconds, 0 (default) to 2,592,000.</value>
    public int CooldownSeconds { get; init; }

    /// <summary>Whether only the first visit or crossing of a customer is told.</summary>
    /// <value>Default: false.</value>
    public bool SingleUse { get; init; }

    /// <summary>Whether a device that is inside when it is first seen counts as entering; such an enter says that it is initial.</summary>
    /// <value>Default: true.</value>
    public bool EmitInitial { get; init; } = true;

    /// <summary>After so long without a fix nothing is known of the device any more, and its visit is forgotten.</summary>
    /// <value>Seconds, 60 to 2,592,000, default 86,400 (24 h).</value>
    public int SilenceSeconds { get; init; } = 86_400;

    /// <summary>Whether a visit that is forgotten ends with an exit, which says that it is synthetic.</summary>
    /// <value>Default: false.</value>
    public bool ExitOnSilence { get; init; }
}

/// <summary>Defaults that more than one place needs.</summary>
public static class FenceDefaults
{
    /// <summary>Metres per second.</summary>
    public const double MaxSpeedMps = 100;

    /// <summary>Metres.</summary>
    public const double MinExitBufferMeters = 20;

    /// <summary>Of a circle's radius.</summary>
    public const double ExitBufferRatio = 0.1;

    /// <summary>Metres.</summary>
    public const double PolygonMaxAccuracyMeters = 200;
}
