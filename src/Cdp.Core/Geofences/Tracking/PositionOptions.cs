namespace Cdp.Core.Geofences.Tracking;

/// <summary>What a workspace keeps of positions, which are personal data.</summary>
public sealed record PositionOptions
{
    /// <summary>All defaults.</summary>
    public static PositionOptions Default { get; } = new();

    /// <summary>Digits behind the point of the degrees that are kept. Fences judge a fix as it came; only what is kept is rounded.</summary>
    /// <value>0 to 7, default 5 (1.1 m).</value>
    public int DecimalPlaces { get; init; } = 5;

    /// <summary>Fixes of a device that are kept, the last one included.</summary>
    /// <value>1 (default) to 100.</value>
    public int KeptFixes { get; init; } = 1;

    /// <summary>How long a fix is kept. A visit that is on is forgotten with its device's last fix.</summary>
    /// <value>1 minute to 400 days, default 30 days.</value>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);
}
