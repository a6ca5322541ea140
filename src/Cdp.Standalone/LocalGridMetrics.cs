using System.Diagnostics.Metrics;
using Cdp.Core.Grid;
using Cdp.Hosting.Storage;

namespace Cdp.Standalone;

/// <summary>Gauges of a grid in this process: what is in memory and what the store takes on disk.</summary>
internal sealed class LocalGridMetrics : IDisposable
{
    private readonly Meter _meter;

    /// <summary>Makes the gauges.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="scope">Whose meter it is: an exporter takes those of its own server only. Null for any.</param>
    public LocalGridMetrics(LocalGrid grid, object? scope = null)
    {
        _meter = new Meter(new MeterOptions(GridMetrics.MeterName) { Scope = scope });
        _meter.AddMemory(() => grid.ActiveCustomers, () => grid.ActiveIdentifiers);
        _meter.AddStoreSize(grid.Store);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
