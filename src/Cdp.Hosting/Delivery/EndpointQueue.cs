using System.Collections.Concurrent;
using System.Threading.Channels;
using Cdp.Core.Activation;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;
using Attempt = Cdp.Core.Journal.Index.Delivery;

namespace Cdp.Hosting.Delivery;

/// <summary>
/// Delivers the messages of one endpoint: takes as many as there are free places, each under a lease that outlasts its attempt, and makes the attempts side
/// by side. Any number of processes may do so over one store.
/// </summary>
internal sealed class EndpointQueue : IDisposable
{
    /// <summary>By how much the clocks of two processes may differ before both could send one message at a time.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromSeconds(10);

    /// <summary>The part of a lease that is for the check before sending.</summary>
    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(20);

    private const int WithholdPage = 100;

    private readonly DeliveryParts _parts;
    private readonly string _workspace;
    private readonly string _id;
    private readonly string _queue;
    private readonly Settlements _settlements;
    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Task _running;
    private WebhookSender? _sender;
    private long _pausedUntilMs;

    /// <summary>Starts it.</summary>
    /// <param name="parts">What deliveries need.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="id">The endpoint's id.</param>
    public EndpointQueue(DeliveryParts parts, string workspace, string id)
    {
        (_parts, _workspace, _id, _queue) = (parts, workspace, id, WebhookEndpoint.QueueOf(id));
        _settlements = new Settlements(batch => parts.Outbox.SettleAsync(workspace, _queue, batch, CancellationToken.None), parts.Clock);
        Wake();
        _running = Task.Run(RunAsync);
    }

    /// <summary>Has it look for messages that are due. Never waits.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Takes no more messages, and waits for the attempts under way.</summary>
    /// <param name="abort">Set when they are to be cut off: their messages are due again at once.</param>
    public async Task StopAsync(CancellationToken abort)
    {
        await _stop.CancelAsync();
        await _running;
        await using var cut = abort.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _abort);
        while (!_underWay.IsEmpty) await _wake.Reader.ReadAsync(CancellationToken.None);
    }

    /// <summary>Closes its connections; to be called when it has stopped, and may be called again.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _sender, null)?.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _wake.Reader.ReadAsync(_stop.Token);
                try
                {
                    await RoundAsync();
                }
                catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException)
                {
                    // The next look comes back to it; whoever commits messages has said that the store is away.
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    _parts.LogFault(error);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task RoundAsync()
    {
        if (_parts.Definitions.Find(_workspace, _id) is not { } known) return;
        if (known.IsDeleted)
        {
            await WithholdAsync();
            return;
        }

        if (known is not { Endpoint: { IsEnabled: true } endpoint, Secrets: { } secrets }) return;
        UseSenderOf(endpoint);
        var nowMs = _parts.NowMs;
        var free = endpoint.Concurrency - _underWay.Count;
        if (free <= 0 || nowMs < Volatile.Read(ref _pausedUntilMs)) return;
        var lease = endpoint.Timeout + MaxClockSkew + CheckTime;
        foreach (var claimed in await _parts.Outbox.ClaimAsync(_workspace, _queue, nowMs, (long)lease.TotalMilliseconds, free, _stop.Token))
        {
            // One whose lease ended before its attempt could be written down.
            if (_underWay.TryAdd(claimed.Message.Id, true)) _ = AttemptAsync(_sender!.Use(), secrets, claimed, nowMs + (long)(lease - MaxClockSkew).TotalMilliseconds);
        }
    }

    private void UseSenderOf(WebhookEndpoint endpoint)
    {
        if (ReferenceEquals(_sender?.Endpoint, endpoint)) return;
        _sender?.Dispose();
        _sender = new WebhookSender(endpoint, () => _parts.Definitions.Addresses, _parts.Resolve, _parts.Clock);
        Volatile.Write(ref _pausedUntilMs, 0);
    }

    private async Task AttemptAsync(WebhookSender sender, WebhookSecrets secrets, ClaimedMessage claimed, long endMs)
    {
        try
        {
            using (sender)
            {
                if (await DeliverAsync(sender, secrets, claimed, endMs) is not { } attempt) return;
                WebhookMetrics.Count(_id, attempt);
                if (attempt.Code == WebhookCodes.Gone) await _parts.DisableAsync(_workspace, _id, sender.Endpoint);
                await _settlements.AddAsync(attempt, _abort.Token);
            }
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            // Nobody could write it down any more: it is sent again when its lease ends.
        }
        catch (Exception error)
        {
            _parts.LogFault(error);
        }
        finally
        {
            _underWay.TryRemove(claimed.Message.Id, out _);
            Wake();
        }
    }

    /// <returns>What is to be written down; null when there was no time left for an attempt.</returns>
    private async Task<Attempt?> DeliverAsync(WebhookSender sender, WebhookSecrets secrets, ClaimedMessage claimed, long endMs)
    {
        var atMs = _parts.NowMs;
        try
        {
            if (await CheckAsync(claimed, atMs) is { } refused) return refused;
            atMs = _parts.NowMs;
            if (atMs + (long)sender.Endpoint.Timeout.TotalMilliseconds > endMs) return null;
            var answer = await sender.SendAsync(secrets, claimed.Message.Id, claimed.Message.Body, _abort.Token);
            var attempt = RetryPolicy.Judge(sender.Endpoint, claimed, answer, atMs, _parts.NowMs, _parts.NextJitter());
            // Who names a time when it is overloaded means all of its messages.
            if (answer is { RetryAfter: not null, HttpStatus: 429 or 503 } && attempt.RetryAtMs is { } again) Volatile.Write(ref _pausedUntilMs, again);
            return attempt;
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            return PutOff(claimed, atMs, WebhookCodes.Stopped, _parts.NowMs);
        }
    }

    private async Task<Attempt?> CheckAsync(ClaimedMessage claimed, long atMs)
    {
        SendVerdict verdict;
        try
        {
            verdict = await _parts.MayStillSend(_workspace, claimed, _abort.Token);
        }
        catch (Exception error) when (!_abort.IsCancellationRequested)
        {
            _parts.LogCheck(error);
            var wait = RetryPolicy.Wait(1, 1, null, _parts.NextJitter());
            return PutOff(claimed, atMs, WebhookCodes.CheckFailed, _parts.NowMs + (long)wait.TotalMilliseconds);
        }

        if (verdict.MaySend) return null;
        return verdict.NotBeforeMs is { } again ? PutOff(claimed, atMs, verdict.Code!, again) : Withheld(claimed, atMs, verdict.Code!);
    }

    private async Task WithholdAsync()
    {
        while (true)
        {
            var nowMs = _parts.NowMs;
            var claimed = await _parts.Outbox.ClaimAsync(_workspace, _queue, nowMs, (long)MaxClockSkew.TotalMilliseconds, WithholdPage, _stop.Token);
            Attempt[] withheld = [.. claimed.Select(c => Withheld(c, nowMs, WebhookCodes.EndpointDeleted))];
            if (withheld.Length > 0) await _parts.Outbox.SettleAsync(_workspace, _queue, withheld, _stop.Token);
            foreach (var attempt in withheld) WebhookMetrics.Count(_id, attempt);
            if (withheld.Length < WithholdPage) return;
        }
    }

    private Attempt Withheld(ClaimedMessage claimed, long atMs, string code) =>
        new(claimed.Message.Id, claimed.Attempts + 1, atMs, _parts.NowMs - atMs, DeliveryStatus.Withheld, null, code, null);

    private Attempt PutOff(ClaimedMessage claimed, long atMs, string code, long againMs) =>
        new(claimed.Message.Id, claimed.Attempts, atMs, _parts.NowMs - atMs, DeliveryStatus.Failed, null, code, againMs);
}
