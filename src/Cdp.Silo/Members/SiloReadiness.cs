using Cdp.Grains;

namespace Cdp.Silo.Members;

/// <summary>Whether this silo takes part in the grid now.</summary>
/// <param name="oracle">What the silo knows of its own state.</param>
/// <param name="standing">Whether that is confirmed.</param>
internal sealed class SiloReadiness(ISiloStatusOracle oracle, ISiloStanding standing)
{
    /// <summary>Why it does not; null when it does.</summary>
    public string? Reason()
    {
        if (oracle.CurrentStatus != SiloStatus.Active) return "The silo is not a member of the cluster.";
        return standing.IsConfirmed ? null : "The silo cannot confirm that it is a member of the cluster.";
    }
}
