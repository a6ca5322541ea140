using Cdp.Api;
using Cdp.Api.Settings;
using Cdp.Core.Grid;

namespace Cdp.Standalone;

/// <summary>Builds the web application. It starts from an empty builder: no setting takes effect but those that are documented.</summary>
internal static class StandaloneServer
{
    /// <summary>Builds it.</summary>
    /// <param name="addresses">Where to listen.</param>
    /// <param name="live">The settings in force.</param>
    /// <param name="grid">The engine.</param>
    /// <param name="configFile">The file to look at for changes; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The application, not started.</returns>
    public static WebApplication Build(ListenAddresses addresses, LiveSettings live, IGrid grid, string? configFile, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Cdp.Standalone", EnvironmentName = "Production" });
        AddLogging(builder.Logging);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls([.. addresses.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Bodies are read with caps of our own; the rest of a refused one is drained, so that its sender gets to read the answer.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = live.Current.ShutdownTimeout);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(grid);
        builder.Services.AddCdpApi(live, new Exposure(addresses.LoopbackOnly));
        if (configFile is not null)
        {
            builder.Services.AddHostedService(s => new SettingsFile(configFile, live, time, s.GetRequiredService<ILogger<SettingsFile>>()));
        }

        var app = builder.Build();
        app.UseCdpApi();
        return app;
    }

    /// <summary>Logs go to standard error. The framework's own are cut at warnings, always: below, they name paths, which hold personal data.</summary>
    /// <param name="logging">The logging builder.</param>
    public static void AddLogging(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(o => o.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Cdp", LogLevel.Information);

        // Where this category logs anything at all, the framework makes an activity and a log scope for every request. The edge logs what fails.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // A failed start is explained in one line by StartFailure.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
