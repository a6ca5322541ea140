using Cdp.Core.Actors;
using Cdp.Grains.Customers;
using Cdp.Grains.Identifiers;
using Microsoft.Extensions.Hosting;

namespace Cdp.Grains;

/// <summary>Keeps the number of active grains within their bounds.</summary>
internal sealed class ActivationSweep(ActiveCustomers customers, ActiveIdentifiers identifiers, ActorServices services) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, services.Clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            customers.Sweep();
            identifiers.Sweep();
        }
    }
}
