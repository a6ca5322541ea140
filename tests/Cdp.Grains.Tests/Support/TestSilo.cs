using System.Net;
using Cdp.Client;
using Cdp.Client.Grains;
using Cdp.Core.Actors;
using Cdp.Core.Geofences;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Grains.Customers;
using Cdp.Testing.Engine;
using Cdp.Testing.Processes;
using Cdp.Testing.Waiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Core.Internal;

namespace Cdp.Grains.Tests.Support;

/// <summary>
/// A silo of production's making in this process: its own sockets, serialiser, directory and membership. Orleans' own test cluster replaces the latter
/// two, which are what these tests are about.
/// </summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly int _primaryPort;
    private bool _isDown;

    private TestSilo(IHost host, int primaryPort, int gatewayPort) => (_host, _primaryPort, GatewayPort) = (host, primaryPort, gatewayPort);

    public int GatewayPort { get; }

    public IGrid Grid => _host.Services.GetRequiredService<IGrid>();

    public IProfileGrid Profiles => _host.Services.GetRequiredService<IProfileGrid>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public GrainActors Actors => _host.Services.GetRequiredService<GrainActors>();

    public ActiveCustomers Customers => _host.Services.GetRequiredService<ActiveCustomers>();

    public IServiceProvider Services => _host.Services;

    public SiloAddress Address => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public CallCount Calls => _host.Services.GetRequiredService<CallCount>();

    public TestSink Snapshots => _host.Services.GetRequiredService<TestSink>();

    /// <summary>Starts a silo.</summary>
    /// <param name="journal">The store.</param>
    /// <param name="with">A silo whose cluster to join; null for a cluster of its own.</param>
    /// <param name="options">How it carries the grid.</param>
    /// <param name="clock">The actors' clock; Orleans has the system's.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="standing">Whether it may answer reads.</param>
    /// <param name="gateway">True to let clients in.</param>
    /// <param name="rulesOf">Rules that may change, in place of <paramref name="rules"/>.</param>
    /// <param name="fences">The fences; null for none.</param>
    public static async Task<TestSilo> StartAsync(
        IJournal journal,
        TestSilo? with = null,
        CdpGrainsOptions? options = null,
        TimeProvider? clock = null,
        IdentityRules? rules = null,
        ISiloStanding? standing = null,
        bool gateway = false,
        Func<string, IdentityRules>? rulesOf = null,
        FencesInForce? fences = null)
    {
        var (port, gatewayPort) = (FixedPorts.Next(), gateway ? FixedPorts.Next() : 0);
        var primary = with?._primaryPort ?? port;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var sink = new TestSink();
        var time = clock ?? TimeProvider.System;
        builder.Services.AddSingleton(sink);
        builder.Services.AddSingleton(new CallCount());
        builder.Services.AddSingleton(new ActorServices(journal, rulesOf ?? (_ => rules ?? IdentityRules.Default), time, new IdSource(time, new Random()), sink)
        {
            Fences = _ => fences ?? FencesInForce.None,
        });
        builder.Services.AddSingleton(new GridOptions());
        if (standing is not null) builder.Services.AddSingleton(standing);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gatewayPort, new IPEndPoint(IPAddress.Loopback, primary), CdpClientServices.ServiceId, "test");
            // A silo that is killed here takes its port with it: three missed probes of half a second are enough.
            silo.Configure<ClusterMembershipOptions>(o => (o.ProbeTimeout, o.NumMissedProbesLimit, o.NumVotesForDeathDeclaration) = (TimeSpan.FromMilliseconds(500), 3, 1));
            silo.AddCdpGrains(options ?? new CdpGrainsOptions());
            // By chance, and not by load, which two idle silos do not have: what a test needs on both comes to both.
            silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
            silo.AddOutgoingGrainCallFilter<CallCount.Filter>();
        });
        var host = builder.Build();
        sink.Take = (workspace, customer) => CdpGrainsSilo.TakeSnapshotAsync(host.Services, workspace, customer);
        var started = new TestSilo(host, primary, gatewayPort);
        await host.StartAsync();
        if (with is not null) await started.IsUsedByAsync(with);
        return started;
    }

    /// <summary>Whether a customer is active here.</summary>
    public bool Has(CustomerId id) => Customers.TryGet((TestEvents.Workspace, id), out _);

    /// <summary>Waits until new customers come to this silo as well: it is known to the others only by and by.</summary>
    private async Task IsUsedByAsync(TestSilo other)
    {
        var strangers = new List<ICustomerGrain>();
        await Eventually.TrueAsync("the new silo is used", TimeSpan.FromSeconds(30), async () =>
        {
            strangers.Add(other.Grains.GetGrain<ICustomerGrain>(GrainKeys.Of("warm-up", new CustomerId(Guid.NewGuid()))));
            await strangers[^1].DescribeAsync(0, 0);
            return Customers.Count > 0;
        });
        foreach (var stranger in strangers) await stranger.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Eventually.TrueAsync("they have left", TimeSpan.FromSeconds(30), () => Customers.Count == 0);
    }

    /// <summary>A customer's grain.</summary>
    public ICustomerGrain Customer(CustomerId id) => Grains.GetGrain<ICustomerGrain>(GrainKeys.Of(TestEvents.Workspace, id));

    public Task StopAsync()
    {
        _isDown = true;
        return _host.StopAsync();
    }

    /// <summary>Ends without a word to anybody, as far as one process allows.</summary>
    public async Task KillAsync()
    {
        _isDown = true;
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _host.StopAsync(now.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isDown) await _host.StopAsync();
        _host.Dispose();
    }
}
