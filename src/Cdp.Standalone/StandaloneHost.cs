using System.Diagnostics.Metrics;
using Cdp.Api;
using Cdp.Api.Policies;
using Cdp.Api.Settings;
using Cdp.Hosting;
using Cdp.Hosting.Definitions;

namespace Cdp.Standalone;

/// <summary>The process: reads its settings, opens the engine, serves until it is told to stop, and closes in order.</summary>
internal static class StandaloneHost
{
    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Where the one line of a successful start goes.</param>
    /// <param name="errors">Where errors go.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors) =>
        HostProcess.RunAsync("Cdp.Grains: a live customer-profile grid in one process.", [], args, output, errors, ServeAsync);

    private static async Task ServeAsync(CommandLine line, TextWriter output)
    {
        var settings = SettingsFile.Load(line.ConfigFile);
        if (settings.Silo != SiloSettings.Default) throw new SettingsException(["Cdp:Postgres and Cdp:Silo are for a silo; this host keeps its data in one SQLite file."]);
        var live = new LiveSettings(settings);
        var addresses = ListenAddresses.Parse(line.Urls ?? settings.Urls ?? SettingsDefaults.Urls, settings);
        var data = DataDirectory.Prepare(line.DataDirectory ?? settings.DataDirectory ?? SettingsDefaults.DataDirectory);

        // The engine outlives the server, and so does its logger.
        using var logs = LoggerFactory.Create(WebServer.AddLogging);

        // Disposed in reverse order: the server has answered its last request when the engine is drained.
        await using var host = await GridHost.OpenAsync(data, live, TimeProvider.System, logs.CreateLogger<LocalGrid>());
        var definitions = await GridDefinitions.LoadAsync(host.Journal, live, logs.CreateLogger<IdentityPolicies>());
        var status = new OneProcessStatus(TimeProvider.System, () => (host.ActiveCustomers, host.ActiveIdentifiers));
        await using var app = StandaloneServer.Build(addresses, live, host.Grid, host.Store.Grid, definitions, line.ConfigFile, TimeProvider.System, status);
        using var gauges = new LocalGridMetrics(host, app.Services.GetRequiredService<IMeterFactory>());
        await app.StartAsync();
        host.KeepUp(live.AllAudiences);
        await output.WriteLineAsync($"Cdp.Grains {CdpApi.Version} listening on {string.Join(", ", app.Urls)}, data in {data}");
        await app.WaitForShutdownAsync();
    }
}
