using System.Diagnostics.Metrics;

namespace Cdp.Hosting.Storage;

/// <summary>The gauges that every host has.</summary>
internal static class EngineGauges
{
    /// <summary>Adds gauges of what is in memory.</summary>
    /// <param name="meter">The host's meter.</param>
    /// <param name="customers">Customers in memory.</param>
    /// <param name="identifiers">Identifiers in memory.</param>
    public static void AddMemory(this Meter meter, Func<int> customers, Func<int> identifiers)
    {
        meter.CreateObservableGauge("cdp.customers.active", customers, "{customer}", "Customers in memory.");
        meter.CreateObservableGauge("cdp.identifiers.active", identifiers, "{identifier}", "Identifiers in memory.");
    }

    /// <summary>Adds a gauge of what the store takes on disk.</summary>
    /// <param name="meter">The host's meter.</param>
    /// <param name="store">The store.</param>
    public static void AddStoreSize(this Meter meter, EngineStore store) =>
        meter.CreateObservableGauge("cdp.store.size", () => Sizes(store), "By", "Bytes on disk of a store in a file: main file, log, and free inside the main file.");

    private static IEnumerable<Measurement<long>> Sizes(EngineStore store) => store.TrySizes() is not { } sizes
        ? []
        :
        [
            new(sizes.FileBytes, new KeyValuePair<string, object?>("part", "file")),
            new(sizes.LogBytes, new KeyValuePair<string, object?>("part", "log")),
            new(sizes.FreeBytes, new KeyValuePair<string, object?>("part", "free")),
        ];
}
