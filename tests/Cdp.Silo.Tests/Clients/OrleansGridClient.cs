using System.Net;
using System.Text;
using System.Text.Json;
using Cdp.Client;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Silo.Tests.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Silo.Tests.Clients;

/// <summary>A website's back end: a client of a cluster over <c>AddCdpClient</c> and <see cref="IProfileGrid"/>.</summary>
internal sealed class OrleansGridClient : IIngestClient, IReadClient, IAsyncDisposable
{
    private static readonly EventSource s_source = new("back-end");

    private readonly IHost _host;
    private readonly IProfileGrid _grid;

    private OrleansGridClient(IHost host) => (_host, _grid) = (host, host.Services.GetRequiredService<IProfileGrid>());

    public string Name => "back end";

    /// <summary>Connects to the gateways of a cluster.</summary>
    public static async Task<OrleansGridClient> ConnectAsync(SiloCluster cluster)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddCdpClient(o =>
        {
            o.ClusterId = cluster.Id;
            foreach (var silo in cluster.Silos) o.Gateways.Add(new IPEndPoint(IPAddress.Parse(silo.Place.Host), silo.Place.GatewayPort));
        });
        var host = builder.Build();
        await host.StartAsync();
        return new OrleansGridClient(host);
    }

    public async Task<IngestAnswer> IngestAsync(IReadOnlyList<SentEvent> events)
    {
        try
        {
            ReadOnlyMemory<byte>[] bodies = [.. events.Select(e => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(e.Json))];
            var outcomes = await _grid.IngestAsync(SiloCluster.Workspace, bodies, s_source);
            IngestOutcome[] answered = [.. outcomes.Select(static o => new IngestOutcome(NameOf(o.Status), o.Profile?.ToString()))];
            var status = outcomes.Any(static o => o.Status == EventStatus.Failed) ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK;
            return new(status, status.ToString(), answered);
        }
        catch (Exception error) when (StatusOf(error) is { } status)
        {
            return new(status, error.Message, []);
        }
    }

    public async Task<(HttpStatusCode Status, ProfileAnswer? Profile)> ReadAsync(string reference)
    {
        try
        {
            if (await _grid.GetAsync(SiloCluster.Workspace, reference) is not { } profile) return (HttpStatusCode.NotFound, null);
            using var document = JsonDocument.Parse(profile.Json);
            return (HttpStatusCode.OK, ProfileAnswer.Read(document.RootElement));
        }
        catch (Exception error) when (StatusOf(error) is { } status)
        {
            return (status, null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The gateways may be gone: it does not have to say goodbye.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _host.StopAsync(now.Token);
        _host.Dispose();
    }

    private static HttpStatusCode? StatusOf(Exception error) => error switch
    {
        GridUnavailableException => HttpStatusCode.ServiceUnavailable,
        GridOverloadedException => HttpStatusCode.TooManyRequests,
        _ => null,
    };

    private static string NameOf(EventStatus status) => status switch
    {
        EventStatus.Applied => "applied",
        EventStatus.Duplicate => "duplicate",
        EventStatus.Rejected => "rejected",
        _ => "failed",
    };
}
