namespace Cdp.Client;

/// <summary>What one call may ask for.</summary>
internal static class GatewayLimits
{
    /// <summary>References of one lookup.</summary>
    public const int MaxRefs = 1_000;

    /// <summary>Positions of one call.</summary>
    public const int MaxFixes = 1_000;

    /// <summary>Events of one call. As many as fit into the body of one HTTP request.</summary>
    public const int MaxEvents = 20_000;
}
