using Cdp.Api;
using Cdp.Api.Settings;
using Cdp.Core.Grid;
using Cdp.Hosting;
using Cdp.Hosting.Definitions;

namespace Cdp.Standalone;

/// <summary>Builds the web application over a grid of this process.</summary>
internal static class StandaloneServer
{
    /// <summary>Builds it.</summary>
    /// <param name="addresses">Where to listen.</param>
    /// <param name="live">The settings in force.</param>
    /// <param name="grid">The engine.</param>
    /// <param name="store">The store, for those who look at many customers at once.</param>
    /// <param name="definitions">What operators defined, in force.</param>
    /// <param name="configFile">The file to look at for changes; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="status">What the grid consists of; null when it is nothing but this server.</param>
    /// <returns>The application, not started.</returns>
    public static WebApplication Build(
        ListenAddresses addresses, LiveSettings live, IGrid grid, GridStore store, GridDefinitions definitions, string? configFile, TimeProvider time,
        IGridStatus? status = null)
    {
        var builder = WebServer.CreateBuilder("Cdp.Standalone", addresses, live, definitions, configFile, time);
        builder.Services.AddSingleton(grid);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(status ?? new OneProcessStatus(time, static () => (0, 0)));
        var app = builder.Build();
        app.UseCdpApi();
        return app;
    }
}
