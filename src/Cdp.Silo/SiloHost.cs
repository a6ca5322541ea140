using Cdp.Api;
using Cdp.Api.Policies;
using Cdp.Api.Settings;
using Cdp.Grains;
using Cdp.Hosting;
using Cdp.Hosting.Definitions;
using Cdp.Hosting.Storage;
using Cdp.Silo.Members;
using Cdp.Silo.Telemetry;

namespace Cdp.Silo;

/// <summary>The process: reads its settings, opens the store, joins, serves until it is told to stop, and leaves in order.</summary>
internal static class SiloHost
{
    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Where the one line of a successful start goes.</param>
    /// <param name="errors">Where errors go.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors) => HostProcess.RunAsync(
        "Cdp.Grains: a live customer-profile grid, as one silo or many.", SiloOptions.CommandOptions, args, output, errors, ServeAsync);

    private static async Task ServeAsync(CommandLine line, TextWriter output)
    {
        var settings = SettingsFile.Load(line.ConfigFile);
        var live = new LiveSettings(settings);
        var addresses = ListenAddresses.Parse(line.Urls ?? settings.Urls ?? SettingsDefaults.Urls, settings);
        var silo = SiloOptions.Read(line, settings.Silo);

        // The store outlives the server, and so does its logger.
        using var logs = LoggerFactory.Create(WebServer.AddLogging);
        var (journal, where) = await Journals.OpenAsync(silo, line.DataDirectory ?? settings.DataDirectory ?? SettingsDefaults.DataDirectory, TimeProvider.System);

        // Disposed in reverse order: the silo has left and the server has answered its last request when the store is closed.
        await using var store = new EngineStore(journal, live.Rules(), live.Retention(), TimeProvider.System, logs.CreateLogger<EngineStore>(), live.Audiences, live.Fences);
        var definitions = await GridDefinitions.LoadAsync(journal.Definitions, live, logs.CreateLogger<IdentityPolicies>());
        if (silo.Mode == SiloMode.Cluster) await Membership.PrepareAsync(silo.Postgres!);
        await using var app = SiloServer.Build(addresses, silo, live, definitions, store.Services, store.Grid, line.ConfigFile, TimeProvider.System);
        app.Services.AddSiloGauges(store);
        store.TakeSnapshots((workspace, customer) => CdpGrainsSilo.TakeSnapshotAsync(app.Services, workspace, customer));
        await StartAsync(app);
        CdpGrainsSilo.KeepUp(app.Services, actors => store.KeepUp(actors, live.AllAudiences, DefinitionWatch.Settling));
        app.Lifetime.ApplicationStopping.Register(() => _ = store.LetGoAsync());
        await output.WriteLineAsync($"Cdp.Grains {CdpApi.Version} listening on {string.Join(", ", app.Urls)}, data in {where}");
        await app.WaitForShutdownAsync();
    }

    private static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch
        {
            // The silo may have joined already, when HTTP cannot listen say: then it leaves again in order.
            await app.StopAsync();
            throw;
        }
    }
}
