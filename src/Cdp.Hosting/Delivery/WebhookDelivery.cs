using System.Collections.Concurrent;
using Cdp.Api.Webhooks;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;
using Microsoft.Extensions.Hosting;
using Attempt = Cdp.Core.Journal.Index.Delivery;

namespace Cdp.Hosting.Delivery;

/// <summary>
/// Delivers the messages of all webhooks: at once those that this process commits (<see cref="Deliveries.Wake"/>), within half a second those of others and
/// those whose time has come. Every endpoint has a queue of its own.
/// </summary>
internal sealed class WebhookDelivery : IHostedService, IWebhookDeliverer, IDisposable
{
    /// <summary>The time between two looks for messages that are due.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>For how long attempts under way may go on when the process stops.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    /// <summary>For how long the log of attempts is kept.</summary>
    public static readonly TimeSpan LogRetention = TimeSpan.FromDays(30);

    private const int LooksPerDeletedLook = 60;
    private const int LooksPerTrim = 7_200;
    private const int TrimPage = 1_000;

    private readonly DeliveryParts _parts;
    private readonly Deliveries _deliveries;
    private readonly ConcurrentDictionary<(string Workspace, string Queue), Lazy<EndpointQueue>> _queues = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _looking = Task.CompletedTask;

    /// <summary>Makes it; nothing is delivered before it is started.</summary>
    /// <param name="parts">What deliveries need.</param>
    /// <param name="deliveries">Tells of messages that this process commits.</param>
    public WebhookDelivery(DeliveryParts parts, Deliveries deliveries) => (_parts, _deliveries) = (parts, deliveries);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _parts.Definitions.Changed += Open;
        _deliveries.Woken += Wake;
        foreach (var (workspace, id) in _parts.Definitions.All) Open(workspace, id);
        _looking = LookAsync();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more messages, and gives the attempts under way <see cref="StopGrace"/>. May be called once.</summary>
    /// <param name="cancellationToken">Cuts them off.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _parts.Definitions.Changed -= Open;
        _deliveries.Woken -= Wake;
        await _stop.CancelAsync();
        await _looking;
        using var grace = new CancellationTokenSource(StopGrace, _parts.Clock);
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, cancellationToken);
        await Task.WhenAll(_queues.Values.Select(q => q.Value.StopAsync(abort.Token)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var queue in _queues.Values) queue.Value.Dispose();
        _stop.Dispose();
    }

    /// <inheritdoc/>
    public void Wake(string workspace, string queue)
    {
        if (_queues.TryGetValue((workspace, queue), out var found)) found.Value.Wake();
    }

    /// <inheritdoc/>
    public async Task<Attempt?> TestAsync(string workspace, string id, string messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (_parts.Definitions.Find(workspace, id) is not { Endpoint: { } endpoint, Secrets: { } secrets }) return null;
        using var sender = new WebhookSender(endpoint, () => _parts.Definitions.Addresses, _parts.Resolve, _parts.Clock);
        var (atMs, started) = (_parts.NowMs, _parts.Clock.GetTimestamp());
        var answer = await sender.SendAsync(secrets, messageId, body, cancellationToken);
        var status = answer.Code is null ? DeliveryStatus.Delivered : DeliveryStatus.Failed;
        var durationMs = (long)_parts.Clock.GetElapsedTime(started).TotalMilliseconds;
        var attempt = new Attempt(messageId, 1, atMs, durationMs, status, answer.HttpStatus, answer.Code, null);
        WebhookMetrics.Count(id, attempt);
        return attempt;
    }

    private void Open(string workspace, string id)
    {
        // After the stop has begun no queue is opened: the deliverer is told of changes no more.
        var queue = _queues.GetOrAdd((workspace, WebhookEndpoint.QueueOf(id)), _ => new(() => new EndpointQueue(_parts, workspace, id)));
        queue.Value.Wake();
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(PollInterval, _parts.Clock);
        try
        {
            for (var look = 1L; await timer.WaitForNextTickAsync(_stop.Token); look++)
            {
                foreach (var (workspace, id) in _parts.Definitions.All)
                {
                    // Whatever is put out for a deleted endpoint is withheld, which nobody waits for.
                    if (look % LooksPerDeletedLook == 0 || _parts.Definitions.Find(workspace, id) is { IsDeleted: false }) Wake(workspace, WebhookEndpoint.QueueOf(id));
                }

                if (look % LooksPerTrim == 0) await TrimAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task TrimAsync()
    {
        try
        {
            var beforeMs = _parts.NowMs - (long)LogRetention.TotalMilliseconds;
            while (await _parts.Outbox.TrimDeliveriesAsync(beforeMs, TrimPage, _stop.Token) == TrimPage)
            {
            }
        }
        catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException)
        {
            // An hour later again.
        }
    }
}
