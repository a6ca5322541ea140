using System.Net;
using Cdp.Benchmarks.Peers;
using Cdp.Client;
using Cdp.Client.Grains;
using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Testing.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdp.Benchmarks.Silos;

/// <summary>
/// One warm profile read by identifier against Redis: by code in the silo's process; the same as a plain call of the customer's grain, which is what
/// the short cut of the hosted client saves; and by a client in another process than the silo.
/// </summary>
internal static class GrainRead
{
    private const string Reference = "user_id:u1";

    public static async Task RunAsync(Report report)
    {
        await using var silo = await BenchSilo.StartAsync();
        await silo.SendAsync([HotRead.Identify(1)]);
        var hosted = silo.Profiles;
        var profile = await hosted.GetAsync(BenchSilo.Workspace, Reference) ?? throw new InvalidOperationException("The profile is not there.");
        var customer = silo.Grains.GetGrain<ICustomerGrain>(GrainKeys.Of(BenchSilo.Workspace, profile.Id));
        var via = new Via(new Identifier("user_id", "u1"), profile.Version);

        var gatewayPort = FixedPorts.Next();
        await using var other = await SiloProcess.StartAloneAsync(gatewayPort);
        await using (var feed = new EventFeed(other.Port)) await feed.SendAsync([HotRead.Identify(1)]);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddCdpClient(o => o.Gateways.Add(new IPEndPoint(IPAddress.Loopback, gatewayPort)));
        using var host = builder.Build();
        await host.StartAsync();
        var outside = host.Services.GetRequiredService<IProfileGrid>();

        await RedisPairs.RunAsync(
            report,
            new("client in the silo", async () => (await hosted.GetAsync(BenchSilo.Workspace, Reference))!.Json.Length, ">= 6.00"),
            new("plain call of the grain in the silo", async () => (await customer.TryReadAsync(via)).View!.Json.Length, ""),
            new("client outside of the silo", async () => (await outside.GetAsync(BenchSilo.Workspace, Reference))!.Json.Length, ">= 2.00", Timed: true));
        await host.StopAsync();
    }
}
