using Cdp.Api;
using Cdp.Api.Settings;
using Cdp.Hosting.Definitions;
using Cdp.Hosting.Delivery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Hosting;

/// <summary>The web server of every host. It starts from an empty builder: no setting takes effect but those that are documented.</summary>
internal static class WebServer
{
    /// <summary>Prepares it. The host adds an <see cref="Cdp.Core.Grid.IGrid"/> and an <see cref="IGridStatus"/>, builds it and calls <c>UseCdpApi</c>.</summary>
    /// <param name="name">The host's name.</param>
    /// <param name="addresses">Where to listen.</param>
    /// <param name="live">The settings in force.</param>
    /// <param name="definitions">What operators defined, in force.</param>
    /// <param name="configFile">The file to look at for changes; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The builder.</returns>
    public static WebApplicationBuilder CreateBuilder(string name, ListenAddresses addresses, LiveSettings live, GridDefinitions definitions, string? configFile, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = name, EnvironmentName = "Production" });
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
        builder.Services.AddCdpApi(live, new Exposure(addresses.LoopbackOnly));
        definitions.AddTo(builder.Services);
        builder.Services.AddWebhookDelivery();
        if (configFile is not null)
        {
            builder.Services.AddHostedService(s => new SettingsFile(configFile, live, time, s.GetRequiredService<ILogger<SettingsFile>>()));
        }

        return builder;
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
