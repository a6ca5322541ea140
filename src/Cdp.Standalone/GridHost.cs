using Cdp.Api.Settings;
using Cdp.Core.Grid;
using Cdp.Hosting;
using Cdp.Standalone.Actors;
using Cdp.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Standalone;

/// <summary>Opens the grid as the settings say. Everything else knows <see cref="IGrid"/> only.</summary>
internal static class GridHost
{
    /// <summary>Opens the journal and starts the engine.</summary>
    /// <param name="dataDirectory">A directory that exists and can be written to.</param>
    /// <param name="live">Workspaces, rules and limits; rules and retention are taken anew each time, limits at start.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures of the store are named; null for nowhere.</param>
    /// <returns>The running engine.</returns>
    public static Task<LocalGrid> OpenAsync(string dataDirectory, LiveSettings live, TimeProvider time, ILogger? logger = null)
    {
        var settings = live.Current;
        var options = new LocalGridOptions
        {
            Journal = new SqliteJournalOptions { Directory = dataDirectory },
            Logger = logger ?? NullLogger.Instance,
            Memory = new MemoryOptions
            {
                MaxActiveCustomers = settings.Memory.MaxActiveCustomers,
                MaxActiveIdentifiers = settings.Memory.MaxActiveIdentifiers,
                MaxIdle = settings.Memory.MaxIdle,
            },
            Grid = new GridOptions { MaxEventsUnderWay = settings.Limits.MaxEventsInFlight },
            Retention = live.Retention(),
            Audiences = live.Audiences,
            Fences = live.Fences,
        };
        return LocalGrid.StartAsync(options, live.Rules(), time);
    }
}
