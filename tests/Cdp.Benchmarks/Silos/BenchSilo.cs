using System.Net;
using System.Text;
using Cdp.Api.Settings;
using Cdp.Client;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Grains;
using Cdp.Hosting;
using Cdp.Hosting.Definitions;
using Cdp.Hosting.Storage;
using Cdp.Silo;
using Cdp.Testing.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Benchmarks.Silos;

/// <summary>The whole silo server in this process, as its own program builds it, alone in its cluster.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
    public const string Workspace = "default";

    private readonly WebApplication _app;
    private readonly EngineStore _store;
    private readonly DirectoryInfo _data;

    private BenchSilo(WebApplication app, EngineStore store, DirectoryInfo data) => (_app, _store, _data) = (app, store, data);

    public IProfileGrid Profiles => _app.Services.GetRequiredService<IProfileGrid>();

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Starts it.</summary>
    /// <param name="postgres">The database; null for a SQLite file that is removed at the end.</param>
    public static async Task<BenchSilo> StartAsync(string? postgres = null)
    {
        var data = Directory.CreateTempSubdirectory("cdp-bench-");
        var live = new LiveSettings(SettingsFile.Load(null));
        var options = new SiloOptions(SiloMode.Localhost, postgres, FixedPorts.Next(), GatewayPort: 0, IPAddress.Loopback, "bench");
        var (journal, _) = await Journals.OpenAsync(options, data.FullName, TimeProvider.System);
        var store = new EngineStore(journal, live.Rules(), live.Retention(), TimeProvider.System, NullLogger.Instance);
        var definitions = await GridDefinitions.LoadAsync(journal.Definitions, live, NullLogger.Instance);
        var app = SiloServer.Build(ListenAddresses.Parse("http://127.0.0.1:0", live.Current), options, live, definitions, store.Services, store.Grid, null, TimeProvider.System);
        store.TakeSnapshots((workspace, customer) => CdpGrainsSilo.TakeSnapshotAsync(app.Services, workspace, customer));
        await app.StartAsync();
        return new(app, store, data);
    }

    /// <summary>Sends events, and fails when one of them is not applied.</summary>
    public Task SendAsync(IEnumerable<string> events) => Parallel.ForEachAsync(
        events.Chunk(200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (chunk, stop) =>
        {
            var outcomes = await Profiles.IngestAsync(
                Workspace, [.. chunk.Select(e => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(e))], new EventSource("bench"), stop);
            if (outcomes.FirstOrDefault(o => o.Status != EventStatus.Applied) is { } other)
                throw new InvalidOperationException($"An event was {other.Status}: {string.Join(' ', other.Reasons)}");
        });

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
