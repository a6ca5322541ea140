using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Cdp.Client;

/// <summary>Adds the grid to a process outside of the silos.</summary>
public static class CdpClientServices
{
    /// <summary>
    /// Connects the process to the grid when it starts, and adds <see cref="IProfileGrid"/>. The start waits until a silo answers; later on lost silos
    /// are replaced by others without a word.
    /// </summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configure">Sets how silos are found; null for one on this machine.</param>
    /// <param name="cluster">Finds silos in another way than by <see cref="CdpClientOptions.Gateways"/>, such as in the membership table.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static IServiceCollection AddCdpClient(
        this IServiceCollection services, Action<CdpClientOptions>? configure = null, Action<IClientBuilder>? cluster = null)
    {
        var options = new CdpClientOptions();
        configure?.Invoke(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.ClusterId, nameof(options.ClusterId));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ResponseTimeout, TimeSpan.FromSeconds(1), nameof(options.ResponseTimeout));
        services.TryAddSingleton(TimeProvider.System);
        services.AddOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.ClusterId, ServiceId));
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = options.ResponseTimeout);
            client.AddActivityPropagation();
            if (cluster is not null) cluster(client);
            else client.UseStaticClustering(options.Gateways is [] ? [new IPEndPoint(IPAddress.Loopback, DefaultGatewayPort)] : [.. options.Gateways]);
        });
        services.AddSingleton<IProfileGrid, ProfileGridClient>();
        return services;
    }

    /// <summary>The port that silos listen on for clients.</summary>
    public const int DefaultGatewayPort = 30_000;

    /// <summary>The name that silos and clients of one grid share over all releases.</summary>
    public const string ServiceId = "cdp-grains";
}
