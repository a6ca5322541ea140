namespace Cdp.Grains;

/// <summary>How a silo carries the grid.</summary>
public sealed class CdpGrainsOptions
{
    /// <summary>Whether there is a workspace of that name now.</summary>
    /// <value>Default: every name.</value>
    public Func<string, bool> HasWorkspace { get; init; } = static _ => true;

    /// <summary>Customers in this silo's memory; beyond it the longest unused leave.</summary>
    /// <value>Default 200,000; at least 1.</value>
    public int MaxActiveCustomers { get; init; } = 200_000;

    /// <summary>Identifiers in this silo's memory; beyond it the longest unused leave.</summary>
    /// <value>Default 1,000,000; at least 1.</value>
    public int MaxActiveIdentifiers { get; init; } = 1_000_000;

    /// <summary>Identifiers whose owner this silo remembers for reads.</summary>
    /// <value>Default 1,000,000; at least 2.</value>
    public int MaxKnownOwners { get; init; } = 1_000_000;

    /// <summary>A customer or identifier that no call has come to for so long leaves memory.</summary>
    /// <value>Default 15 minutes; at least 1 minute.</value>
    public TimeSpan MaxIdle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often customers that are read in memory are compared with the store: the longest, but for half a second, that a read can be behind while silos come and go.</summary>
    /// <value>Null (default) for never, where no other silo can write; else at least 1 second.</value>
    public TimeSpan? CompareEvery { get; init; }

    /// <summary>How long a call between silos waits for its answer.</summary>
    /// <value>Default 10 seconds; at least 1 second.</value>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Calls that may wait for one customer or identifier; one more is refused at once.</summary>
    /// <value>Default 1,000 calls; at least 1.</value>
    public int MaxWaitingCalls { get; init; } = 1_000;

    /// <summary>The same for one workspace's door for clients outside.</summary>
    /// <value>Default 10,000 calls; at least 1.</value>
    public int MaxWaitingClientCalls { get; init; } = 10_000;
}
