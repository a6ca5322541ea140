using Cdp.Api.Http;
using Cdp.Api.Ingest;
using Cdp.Api.Operations;
using Cdp.Api.Settings;
using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Journal.Index;
using Microsoft.Extensions.Hosting;

namespace Cdp.Api;

/// <summary>What the handlers share: taken out of the container once, when routes are mapped, and never per request.</summary>
internal sealed class ApiServices(
    IGrid grid, LiveSettings settings, TimeProvider time, IHostApplicationLifetime lifetime, IngestServices ingest, ApiMetrics metrics, Exposure exposure)
{
    private readonly IdSource _ids = new(time, new Random());

    public IGrid Grid { get; } = grid;

    public LiveSettings Settings { get; } = settings;

    public TimeProvider Time { get; } = time;

    public IHostApplicationLifetime Lifetime { get; } = lifetime;

    public IngestServices Ingest { get; } = ingest;

    public Slots Streams { get; } = new(() => settings.Current.Limits.MaxStreams);

    /// <summary>Simulations at a time: each takes one thread for as long as it runs, which the live grid must not miss.</summary>
    public Slots Simulations { get; } = new(static () => 2);

    /// <summary>Diagnoses at a time: each reads the whole store, and one is enough for any operator.</summary>
    public Slots Diagnoses { get; } = new(static () => 1);

    /// <summary>Samples of stored customers at a time: each takes all processors for most of a second.</summary>
    public Slots Previews { get; } = new(static () => 2);

    public ApiMetrics Metrics { get; } = metrics;

    public Exposure Exposure { get; } = exposure;

    /// <summary>A random place to begin a sample of customers at.</summary>
    public ulong NewSampleKey() => SampleKeys.Of(_ids.NewCustomer());

    /// <summary>The id of an event that came without one.</summary>
    public string NewMessageId() => _ids.NewUuid7().ToString();
}

/// <summary>Who can reach the server.</summary>
/// <param name="LoopbackOnly">True when it listens on loopback addresses only: metrics and OpenAPI need no key then.</param>
public sealed record Exposure(bool LoopbackOnly);
