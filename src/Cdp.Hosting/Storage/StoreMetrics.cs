using System.Diagnostics.Metrics;

namespace Cdp.Hosting.Storage;

/// <summary>A gauge of what the store takes on disk.</summary>
internal static class StoreMetrics
{
    /// <summary>Adds the gauge to a host's meter.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="store">The store.</param>
    public static void AddStoreSize(this Meter meter, EngineStore store) =>
        meter.CreateObservableGauge("cdp.store.size", () => Sizes(store), "By", "Bytes on disk: main file, log, and free inside the main file.");

    private static IEnumerable<Measurement<long>> Sizes(EngineStore store) => store.TrySizes() is not { } sizes
        ? []
        :
        [
            new(sizes.FileBytes, new KeyValuePair<string, object?>("part", "file")),
            new(sizes.LogBytes, new KeyValuePair<string, object?>("part", "log")),
            new(sizes.FreeBytes, new KeyValuePair<string, object?>("part", "free")),
        ];
}
