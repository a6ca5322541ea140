namespace Cdp.Core.Grid;

/// <summary>Limits of a grid.</summary>
public sealed class GridOptions
{
    /// <summary>Events of all requests that are taken on at once; beyond it requests are answered 429.</summary>
    /// <value>Default 20,000 events; at least 1.</value>
    public int MaxEventsUnderWay { get; init; } = 20_000;

    /// <summary>Redirects followed in one call before it is given up.</summary>
    /// <value>Default 1,000 redirects, as many as a profile can absorb at its cap of identifiers.</value>
    public int MaxRedirects { get; init; } = 1_000;

    /// <summary>Why the host itself takes no events now, such as a silo that is no member yet; without personal data. Null when it does.</summary>
    public Func<string?> NotReadyReason { get; init; } = static () => null;
}
