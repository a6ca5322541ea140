using Cdp.Api.Settings;
using Cdp.Core.Grid;
using Cdp.Hosting;
using Cdp.Hosting.Definitions;
using Cdp.Standalone;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Benchmarks;

/// <summary>The whole Standalone server on a port and a data directory of its own, and its peer.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WebApplication _peer;
    private readonly LocalGrid _host;
    private readonly DirectoryInfo _data;
    private readonly EventFeed _feed;

    private BenchServer(WebApplication app, WebApplication peer, LocalGrid host, DirectoryInfo data)
    {
        (_app, _peer, _host, _data) = (app, peer, host, data);
        (Port, PeerPort) = (PortOf(app), PortOf(peer));
        _feed = new EventFeed(Port);
    }

    public int Port { get; }

    /// <summary>A bare Kestrel in the same process, which answers every request with <see cref="Constant"/>.</summary>
    public int PeerPort { get; }

    public IGrid Grid => _host.Grid;

    public LocalGrid Host => _host;

    public string DataDirectory => _data.FullName;

    /// <summary>What the peer answers.</summary>
    public byte[] Constant { get; set; } = [];

    public static async Task<BenchServer> StartAsync(string? config = null)
    {
        var data = Directory.CreateTempSubdirectory("cdp-bench-");
        var live = new LiveSettings(SettingsFile.Load(config));
        var host = await GridHost.OpenAsync(data.FullName, live, TimeProvider.System);
        var definitions = await GridDefinitions.LoadAsync(host.Journal, live, NullLogger.Instance);
        var app = StandaloneServer.Build(ListenAddresses.Parse("http://127.0.0.1:0", live.Current), live, host.Grid, host.Store.Grid, definitions, null, TimeProvider.System);
        await app.StartAsync();

        BenchServer? server = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var peer = builder.Build();
        peer.Run(async context =>
        {
            context.Response.ContentLength = server!.Constant.Length;
            context.Response.ContentType = "application/json";
            await context.Response.BodyWriter.WriteAsync(server.Constant);
        });
        await peer.StartAsync();
        return server = new BenchServer(app, peer, host, data);
    }

    private static int PortOf(WebApplication app) => new Uri(app.Urls.First()).Port;

    /// <summary>Sends events in batches and fails on anything that is not plain success.</summary>
    public Task SendAsync(IReadOnlyList<string> events) => _feed.SendAsync(events);

    public async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync();
        await _peer.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _host.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
