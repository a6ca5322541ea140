using Cdp.Api;
using Cdp.Api.Settings;
using Cdp.Client;
using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Grains;
using Cdp.Hosting;
using Cdp.Hosting.Definitions;
using Cdp.Silo.Members;
using Cdp.Silo.Telemetry;
using Orleans.Configuration;

namespace Cdp.Silo;

/// <summary>Builds the web application with the silo in it.</summary>
internal static class SiloServer
{
    // One look by key for each customer that was read meanwhile.
    private static readonly TimeSpan CompareEvery = TimeSpan.FromSeconds(5);

    /// <summary>Builds it.</summary>
    /// <param name="addresses">Where HTTP listens.</param>
    /// <param name="silo">What the silo is to be.</param>
    /// <param name="live">The settings in force.</param>
    /// <param name="definitions">What operators defined, in force.</param>
    /// <param name="services">What actors need.</param>
    /// <param name="store">The store, for those who look at many customers at once.</param>
    /// <param name="configFile">The file to look at for changes; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The application, not started. The silo joins before HTTP listens, and leaves after HTTP has answered its last request.</returns>
    public static WebApplication Build(
        ListenAddresses addresses, SiloOptions silo, LiveSettings live, GridDefinitions definitions, ActorServices services, GridStore store,
        string? configFile, TimeProvider time)
    {
        var builder = WebServer.CreateBuilder("Cdp.Silo", addresses, live, definitions, configFile, time);
        // At start they warn of a garbage collector that one processor leaves no choice of, and of a check that has not begun yet.
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        // While a silo is being lost, it writes every attempt to place a grain, twice and with its stack; what fails in the end Orleans says itself.
        builder.Logging.AddFilter("Polly", LogLevel.None);
        builder.Logging.AddFilter(typeof(SiloReportService).FullName, LogLevel.Warning);
        var traces = builder.AddOtlpExport(Environment.GetEnvironmentVariables());
        builder.Services.AddSingleton(services);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(s => new GridOptions
        {
            MaxEventsUnderWay = live.Current.Limits.MaxEventsInFlight,
            NotReadyReason = s.GetRequiredService<SiloReadiness>().Reason,
        });
        builder.Services.AddSingleton<SiloReadiness>();
        builder.Services.AddSingleton<IGridStatus, SiloStatuses>();
        builder.Services.AddSingleton<SiloReportClient>();
        builder.UseOrleans(orleans =>
        {
            orleans.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (silo.ClusterId, CdpClientServices.ServiceId));
            orleans.AddGrainService<SiloReportService>();
            // Where nobody takes the traces, the filters that would carry them cost every call more than its way does.
            if (traces) orleans.AddActivityPropagation();
            if (silo.Mode == SiloMode.Cluster) orleans.JoinCluster(silo);
            else orleans.UseLocalhostClustering(silo.SiloPort, silo.GatewayPort, null, CdpClientServices.ServiceId, silo.ClusterId);
            orleans.AddCdpGrains(new CdpGrainsOptions
            {
                HasWorkspace = name => live.Current.Workspaces.ContainsKey(name),
                MaxActiveCustomers = live.Current.Memory.MaxActiveCustomers,
                MaxActiveIdentifiers = live.Current.Memory.MaxActiveIdentifiers,
                MaxKnownOwners = live.Current.Memory.MaxActiveIdentifiers,
                MaxIdle = live.Current.Memory.MaxIdle,
                CompareEvery = silo.Mode == SiloMode.Cluster ? CompareEvery : null,
            });
        });
        var app = builder.Build();
        app.UseCdpApi();
        return app;
    }
}
