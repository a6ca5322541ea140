using System.Net;
using Cdp.Client;
using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Grains;
using Cdp.Grains.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Benchmarks.Grid;

/// <summary>A silo of production's making, without HTTP.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private BenchSilo(IHost host, int primary, int gateway) => (_host, PrimaryPort, GatewayPort) = (host, primary, gateway);

    public int PrimaryPort { get; }

    public int GatewayPort { get; }

    public IServiceProvider Services => _host.Services;

    public IGrid Grid => Services.GetRequiredService<IGrid>();

    public IProfileGrid Profiles => Services.GetRequiredService<IProfileGrid>();

    public static async Task<BenchSilo> StartAsync(IJournal journal, BenchSilo? with = null, CdpGrainsOptions? options = null)
    {
        var (port, gateway) = (Ports.Free(), Ports.Free());
        var primary = with?.PrimaryPort ?? port;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(new ActorServices(
            journal, _ => IdentityRules.Default, TimeProvider.System, new IdSource(TimeProvider.System, new Random())));
        builder.Services.AddSingleton(new GridOptions { MaxEventsUnderWay = 1_000_000 });
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gateway, new IPEndPoint(IPAddress.Loopback, primary), CdpClientServices.ServiceId, "bench");
            silo.AddCdpGrains(options ?? new CdpGrainsOptions { MaxWaitingCalls = 100_000 });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new BenchSilo(host, primary, gateway);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
