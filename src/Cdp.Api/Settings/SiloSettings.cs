namespace Cdp.Api.Settings;

/// <summary>How silos find each other.</summary>
public enum SiloMode
{
    /// <summary>One silo on this machine, over SQLite or PostgreSQL.</summary>
    Localhost,

    /// <summary>Any number of silos; PostgreSQL holds the journal and who is a member.</summary>
    Cluster,
}

/// <summary>What a silo needs beside the API's settings. Read at start only.</summary>
/// <param name="Mode">How silos find each other. Default <see cref="SiloMode.Localhost"/>.</param>
/// <param name="Postgres">The connection string of PostgreSQL; null for a SQLite file in the data directory.</param>
/// <param name="SiloPort">The port that silos talk to each other on. Default 11111 in a cluster, any free one on localhost.</param>
/// <param name="GatewayPort">The port for clients of <c>Cdp.Client</c>; 0 for none. Default 30000 in a cluster, none on localhost.</param>
/// <param name="Advertise">The address that other silos and clients reach this one by; null for this machine's first one.</param>
/// <param name="ClusterId">Silos of one id form one cluster. Default <c>cdp</c>.</param>
public sealed record SiloSettings(
    SiloMode Mode = SiloMode.Localhost,
    string? Postgres = null,
    int? SiloPort = null,
    int? GatewayPort = null,
    string? Advertise = null,
    string ClusterId = SettingsDefaults.ClusterId)
{
    /// <summary>One silo on this machine over SQLite.</summary>
    public static SiloSettings Default { get; } = new();
}
