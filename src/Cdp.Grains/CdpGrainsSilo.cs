using Cdp.Client;
using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Grains.Customers;
using Cdp.Grains.Gateway;
using Cdp.Grains.Identifiers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;

namespace Cdp.Grains;

/// <summary>Adds the grid to a silo.</summary>
public static class CdpGrainsSilo
{
    /// <summary>
    /// Adds the grains and an <see cref="IGrid"/> and an <see cref="IProfileGrid"/> over them. The host adds <see cref="ActorServices"/>, whose snapshots
    /// it takes by <see cref="TakeSnapshotAsync"/>, and <see cref="GridOptions"/>.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="options">How it carries the grid.</param>
    /// <returns>The silo.</returns>
    public static ISiloBuilder AddCdpGrains(this ISiloBuilder silo, CdpGrainsOptions options)
    {
#pragma warning disable ORLEANSEXP003 // The default one lets a customer stay active on two silos after they came or went. ADR 14.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // For 30 s nobody could take over the customers of a silo that died. It answers nothing any more by the time that others declare it dead
        // (ISiloStanding), and what it may still write is for the store to judge.
        silo.Configure<GrainDirectoryOptions>(o => o.RangeLeaseDuration = TimeSpan.Zero);
        silo.Configure<SiloMessagingOptions>(o =>
        {
            o.ResponseTimeout = options.ResponseTimeout;
            o.MaxEnqueuedRequestsHardLimit = options.MaxWaitingCalls;
            o.MaxEnqueuedRequestsHardLimit_StatelessWorker = options.MaxWaitingClientCalls;
        });
        silo.Configure<GrainCollectionOptions>(o =>
        {
            o.CollectionAge = options.MaxIdle;
            o.CollectionQuantum = TimeSpan.FromTicks(Math.Min(TimeSpan.FromMinutes(1).Ticks, options.MaxIdle.Ticks / 4));
        });
        var services = silo.Services;
        services.AddSingleton(options);
        services.TryAddSingleton<ISiloStanding, AloneStanding>();
        services.AddSingleton<ActiveCustomers>();
        services.AddSingleton<ActiveIdentifiers>();
        services.AddSingleton(s => new ActivationCounts(
            s.GetRequiredService<ActiveCustomers>(), s.GetRequiredService<ActiveIdentifiers>(), s.GetRequiredService<OwnerCache>()));
        services.AddHostedService<ActivationSweep>();
        services.AddSingleton<StaleCheck>();
        services.AddHostedService(s => s.GetRequiredService<StaleCheck>());
        services.AddSingleton(new OwnerCache(options.MaxKnownOwners));
        services.AddSingleton<GrainActors>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(s => s.GetRequiredService<GrainActors>());
        services.AddSingleton<IGrid>(s => new GridEngine(s.GetRequiredService<GrainActors>(), s.GetRequiredService<ActorServices>(), s.GetRequiredService<GridOptions>()));
        services.AddSingleton<HostedProfileGrid>();
        services.AddSingleton<IProfileGrid>(s => s.GetRequiredService<HostedProfileGrid>());
        return silo;
    }

    /// <summary>Gives the customers of the cluster to those who wake them.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="keepUp">Gets the actors.</param>
    public static void KeepUp(IServiceProvider services, Action<IActors> keepUp) => keepUp(services.GetRequiredService<GrainActors>());

    /// <summary>Has a customer of this silo offer the snapshot that is due.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="customer">The customer.</param>
    /// <returns>A task that ends when it has, or has left memory.</returns>
    public static Task TakeSnapshotAsync(IServiceProvider services, string workspace, Core.Identity.CustomerId customer) =>
        services.GetRequiredService<ActiveCustomers>().SnapshotAsync(workspace, customer);
}
