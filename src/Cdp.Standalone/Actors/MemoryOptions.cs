namespace Cdp.Standalone.Actors;

/// <summary>How much of the grid stays in memory. What leaves comes back from the store exactly the same.</summary>
internal sealed class MemoryOptions
{
    /// <summary>Customers in memory.</summary>
    /// <value>Default 200,000; at least 100.</value>
    public int MaxActiveCustomers { get; init; } = 200_000;

    /// <summary>Identifiers whose owner is remembered.</summary>
    /// <value>Default 1,000,000; at least 100.</value>
    public int MaxActiveIdentifiers { get; init; } = 1_000_000;

    /// <summary>A customer or identifier unused for so long leaves memory.</summary>
    /// <value>Default 15 minutes; at least 1 second.</value>
    public TimeSpan MaxIdle { get; init; } = TimeSpan.FromMinutes(15);
}
