using System.Collections.Frozen;
using System.Net;
using Cdp.Api.Auth;
using Cdp.Core.Identity;

namespace Cdp.Api.Settings;

/// <summary>Everything that the section <c>Cdp</c> of the configuration says, checked and compiled. Immutable; a reload makes a new one.</summary>
public sealed class CdpSettings
{
    /// <summary>The workspaces by name.</summary>
    public required FrozenDictionary<string, WorkspaceSettings> Workspaces { get; init; }

    /// <summary>True when no key is configured: <c>dev</c> is accepted as every key of workspace <c>default</c>, on loopback only.</summary>
    public required bool DevelopmentKeys { get; init; }

    /// <summary>The folder that holds <c>standalone.js</c> or <c>analytics.min.js</c>; null when none is served.</summary>
    public string? AnalyticsJs { get; init; }

    /// <summary>Bounds of what is taken on at a time.</summary>
    public required LimitSettings Limits { get; init; }

    /// <summary>How much the engine keeps in memory. Read at start only.</summary>
    public required MemorySettings Memory { get; init; }

    /// <summary>
    /// How long a stop waits for requests in flight.
    /// </summary>
    /// <value>Default 30 seconds, 0 to 600. Read at start only.</value>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>Where to listen, separated by semicolons; the command line wins. Read at start only.</summary>
    public string? Urls { get; init; }

    /// <summary>The data directory; the command line wins. Read at start only.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>True to start although a stored identity policy cannot be read; the configuration's is in force in its place. Default false. Read at start only.</summary>
    public bool SkipUnreadablePolicies { get; init; }

    /// <summary>Networks that are not public and that webhooks may be sent to all the same, when their definition asks for it. Default none.</summary>
    public IReadOnlyList<IPNetwork> AllowPrivateAddresses { get; init; } = [];

    /// <summary>What a silo needs; other hosts refuse anything but the default. Read at start only.</summary>
    public SiloSettings Silo { get; init; } = SiloSettings.Default;

    /// <summary>All keys, hashed.</summary>
    internal KeyRing Keys { get; init; } = new([]);
}

/// <summary>One workspace.</summary>
/// <param name="Name">Its name: lower-case letters, digits, <c>_</c> and <c>-</c>.</param>
/// <param name="Identity">Its compiled identity policy.</param>
/// <param name="RetainEvents">How long raw events are kept; null for ever. Their effect on state stays.</param>
public sealed record WorkspaceSettings(string Name, IdentityRules Identity, TimeSpan? RetainEvents)
{
    /// <summary>The policy as a JSON object (UTF-8), as it stands in the configuration. Do not change the array.</summary>
    public byte[] IdentityDocument { get; init; } = "{}"u8.ToArray();
}

/// <summary>Bounds of what is taken on at a time. Beyond them the answer is 429 at once.</summary>
/// <param name="MaxRequestsInFlight">Ingest requests at a time. Default 1,024.</param>
/// <param name="MaxBytesInFlight">Bytes of their inflated bodies at a time. Default 64 MiB.</param>
/// <param name="MaxEventsInFlight">Events under way in the engine at a time. Default 20,000. Read at start only.</param>
/// <param name="MaxStreams">Open profile streams. Default 1,000.</param>
/// <param name="RequestsPerSecondPerKey">Ingest requests per second and key; 0 (default) for no limit.</param>
/// <param name="BurstPerKey">Ingest requests that a key may send at once. Default: the requests per second.</param>
public sealed record LimitSettings(
    int MaxRequestsInFlight, long MaxBytesInFlight, int MaxEventsInFlight, int MaxStreams, int RequestsPerSecondPerKey, int BurstPerKey);

/// <summary>How much the engine keeps in memory.</summary>
/// <param name="MaxActiveCustomers">Customers kept in memory. Default 200,000.</param>
/// <param name="MaxActiveIdentifiers">Identifiers whose owner is remembered. Default 1,000,000.</param>
/// <param name="MaxIdle">A customer or identifier idle for so long leaves memory. Default 15 minutes.</param>
public sealed record MemorySettings(int MaxActiveCustomers, int MaxActiveIdentifiers, TimeSpan MaxIdle);
