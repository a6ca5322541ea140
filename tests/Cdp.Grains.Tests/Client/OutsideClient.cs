using System.Net;
using Cdp.Client;
using Cdp.Grains.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Grains.Tests.Client;

/// <summary>A process outside of the silos, but for the process: its own host, connected over a silo's gateway.</summary>
internal sealed class OutsideClient : IAsyncDisposable
{
    private readonly IHost _host;

    private OutsideClient(IHost host) => _host = host;

    public IProfileGrid Grid => _host.Services.GetRequiredService<IProfileGrid>();

    public static async Task<OutsideClient> ConnectAsync(TimeSpan? responseTimeout = null, params TestSilo[] silos)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddCdpClient(o =>
        {
            o.ClusterId = "test";
            if (responseTimeout is { } timeout) o.ResponseTimeout = timeout;
            foreach (var silo in silos) o.Gateways.Add(new IPEndPoint(IPAddress.Loopback, silo.GatewayPort));
        });
        var host = builder.Build();
        await host.StartAsync();
        return new OutsideClient(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
