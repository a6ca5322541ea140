using System.Diagnostics.Metrics;
using Cdp.Core.Grid;
using Cdp.Grains;
using Cdp.Hosting.Storage;

namespace Cdp.Silo.Telemetry;

/// <summary>A silo's gauges: what is in its memory, what its store takes, and how it sees the cluster.</summary>
internal static class SiloGauges
{
    private static readonly SiloStatus[] s_statuses = [SiloStatus.Joining, SiloStatus.Active, SiloStatus.ShuttingDown, SiloStatus.Stopping, SiloStatus.Dead];

    /// <summary>Adds them to the silo's meter.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="store">Its store.</param>
    public static void AddSiloGauges(this IServiceProvider services, EngineStore store)
    {
        var meter = services.GetRequiredService<IMeterFactory>().Create(GridMetrics.MeterName);
        var counts = services.GetRequiredService<ActivationCounts>();
        var standing = services.GetRequiredService<ISiloStanding>();
        var oracle = services.GetRequiredService<ISiloStatusOracle>();
        meter.AddMemory(() => counts.Customers, () => counts.Identifiers);
        meter.AddStoreSize(store);
        meter.CreateObservableGauge("cdp.owners.known", () => counts.KnownOwners, "{identifier}", "Identifiers whose owner is remembered for reads.");
        meter.CreateObservableGauge("cdp.silo.members", () => Members(oracle), "{silo}", "Members of the cluster as this silo sees them, by status; the dead are remembered for a day.");
        meter.CreateObservableGauge(
            "cdp.silo.confirmed", () => standing.IsConfirmed ? 1 : 0, "1", "1 while this silo can confirm that it is a member of the cluster; at 0 it answers 503.");
    }

    private static IEnumerable<Measurement<int>> Members(ISiloStatusOracle oracle)
    {
        var counts = oracle.GetApproximateSiloStatuses().Values.CountBy(s => s).ToDictionary();
        return s_statuses.Select(s => new Measurement<int>(counts.GetValueOrDefault(s), new KeyValuePair<string, object?>("status", s.ToString().ToLowerInvariant())));
    }
}
