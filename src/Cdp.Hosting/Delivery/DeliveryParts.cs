using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Api.Webhooks;
using Cdp.Core.Activation;
using Cdp.Core.Definitions;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;
using Microsoft.Extensions.Logging;

namespace Cdp.Hosting.Delivery;

/// <summary>What all queues of a process share.</summary>
/// <param name="outbox">The messages.</param>
/// <param name="definitions">The endpoints.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Where the operator is told.</param>
internal sealed partial class DeliveryParts(IOutbox outbox, WebhookDefinitions definitions, TimeProvider clock, ILogger logger)
{
    private readonly ILogger _logger = logger;
    private readonly Lock _gate = new();

    /// <summary>The messages.</summary>
    public IOutbox Outbox => outbox;

    /// <summary>The endpoints.</summary>
    public WebhookDefinitions Definitions => definitions;

    /// <summary>The time.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Asked before every attempt. Default: every message may be sent.</summary>
    public MayStillSend MayStillSend { get; init; } = static (_, _, _) => ValueTask.FromResult(new SendVerdict(true, null, null));

    /// <summary>Looks names up. Default: the operating system.</summary>
    public HostResolver Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>The jitter of retries.</summary>
    public required Random Random { get; init; }

    /// <summary>Unix milliseconds now.</summary>
    public long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A number from 0 to below 1.</summary>
    public double NextJitter()
    {
        lock (_gate) return Random.NextDouble();
    }

    /// <summary>Disables an endpoint that wants nothing any more, unless it was changed since.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="id">Its id.</param>
    /// <param name="answered">The endpoint that said so.</param>
    public async Task DisableAsync(string workspace, string id, WebhookEndpoint answered)
    {
        if (definitions.Find(workspace, id) is not { Definition: { Body: { } body } definition } known || !ReferenceEquals(known.Endpoint, answered)) return;
        var changed = JsonNode.Parse(body)!.AsObject();
        changed["enabled"] = false;
        var write = new DefinitionWrite(
            workspace, WebhookEndpoint.Kind, id, JsonSerializer.SerializeToUtf8Bytes(changed), NowMs, "delivery", "The receiver answered 410 Gone.", definition.Version);
        try
        {
            var outcome = await definitions.Feed.WriteAsync(write, CancellationToken.None);
            if (outcome.Status == DefinitionStatus.Written) LogDisabled(workspace, id);
        }
        catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException)
        {
            // The next message is answered 410 too.
        }
    }

    /// <summary>Tells of a defect, by type and place, never by message: that may hold personal data.</summary>
    public void LogFault(Exception error) => LogFault(error.GetType().FullName ?? error.GetType().Name, error.StackTrace);

    /// <summary>Tells of a check that could not be made.</summary>
    public void LogCheck(Exception error) => LogCheck(error.GetType().FullName ?? error.GetType().Name);

    [LoggerMessage(3031, LogLevel.Warning, "Workspace {Workspace}: webhook {Id} was disabled, for its receiver answered 410 Gone.")]
    private partial void LogDisabled(string workspace, string id);

    [LoggerMessage(3032, LogLevel.Error, "A delivery failed for a defect of ours or of the data: {ErrorType} at {StackTrace}")]
    private partial void LogFault(string errorType, string? stackTrace);

    [LoggerMessage(3033, LogLevel.Warning, "Whether a message may still be sent could not be asked, and is asked again: {ErrorType}")]
    private partial void LogCheck(string errorType);
}
