using System.Diagnostics.Metrics;
using Cdp.Core.Grid;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;

namespace Cdp.Standalone.Hosting;

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
        _meter.CreateObservableGauge("cdp.customers.active", () => grid.ActiveCustomers, "{customer}", "Customers in memory.");
        _meter.CreateObservableGauge("cdp.identifiers.active", () => grid.ActiveIdentifiers, "{identifier}", "Identifiers whose owner is in memory.");
        _meter.CreateObservableGauge("cdp.store.size", () => Sizes(grid.Journal), "By", "Bytes on disk: main file, log, and free inside the main file.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Sizes(SqliteJournal journal)
    {
        JournalSizes sizes;
        try
        {
            // Reading the sizes asks the file system and the header: it completes at once.
            var read = journal.SizesAsync();
            if (!read.IsCompletedSuccessfully) return [];
            sizes = read.Result;
        }
        catch (JournalUnavailableException)
        {
            return [];
        }

        return
        [
            new(sizes.FileBytes, new KeyValuePair<string, object?>("part", "file")),
            new(sizes.LogBytes, new KeyValuePair<string, object?>("part", "log")),
            new(sizes.FreeBytes, new KeyValuePair<string, object?>("part", "free")),
        ];
    }
}
