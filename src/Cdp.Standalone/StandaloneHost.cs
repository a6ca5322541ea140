using System.Diagnostics.Metrics;
using Cdp.Api;
using Cdp.Api.Settings;
using Cdp.Standalone.Hosting;

namespace Cdp.Standalone;

/// <summary>The process: reads its settings, opens the engine, serves until it is told to stop, and closes in order.</summary>
internal static class StandaloneHost
{
    private const int CannotStart = 1;
    private const int WrongUsage = 2;

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Where the one line of a successful start goes.</param>
    /// <param name="errors">Where errors go.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var line = CommandLine.Parse(args, out var error);
        if (error is not null)
        {
            await errors.WriteLineAsync(error);
            return WrongUsage;
        }

        if (line.ShowHelp || line.ShowVersion)
        {
            await output.WriteLineAsync(line.ShowHelp ? CommandLine.Help : $"Cdp.Grains {CdpApi.Version}");
            return 0;
        }

        try
        {
            await ServeAsync(line, output);
            return 0;
        }
#pragma warning disable CA1031 // Whatever it is, the operator gets one line and not a stack trace.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            await errors.WriteLineAsync(StartFailure.Explain(failure));
            return CannotStart;
        }
    }

    private static async Task ServeAsync(CommandLine line, TextWriter output)
    {
        var settings = SettingsFile.Load(line.ConfigFile);
        var live = new LiveSettings(settings);
        var addresses = ListenAddresses.Parse(line.Urls ?? settings.Urls ?? SettingsDefaults.Urls, settings);
        var data = DataDirectory.Prepare(line.DataDirectory ?? settings.DataDirectory ?? SettingsDefaults.DataDirectory);

        // The engine outlives the server, and so does its logger.
        using var logs = LoggerFactory.Create(StandaloneServer.AddLogging);

        // Disposed in reverse order: the server has answered its last request when the engine is drained.
        await using var host = await GridHost.OpenAsync(data, live, TimeProvider.System, logs.CreateLogger<LocalGrid>());
        await using var app = StandaloneServer.Build(addresses, live, host.Grid, line.ConfigFile, TimeProvider.System);
        using var gauges = new LocalGridMetrics(host, app.Services.GetRequiredService<IMeterFactory>());
        await app.StartAsync();
        await output.WriteLineAsync($"Cdp.Grains {CdpApi.Version} listening on {string.Join(", ", app.Urls)}, data in {data}");
        await app.WaitForShutdownAsync();
    }
}
