using System.Net;
using System.Net.Http.Headers;
using Cdp.Cli.Http;
using Cdp.Cli.Import.State;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Import.Sending;

/// <summary>Sends one batch until the server has judged each of its rows, or the retry bound is over.</summary>
internal sealed class BatchSender(CdpServer server, CliHost host, TimeSpan retryFor, ImportTally tally, Action<SentRow, Reject?> ended)
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly RetryPolicy _retry = new(host.Time, host.Jitter);

    // A write key gets no outcomes; a server may refuse the question. Then it is asked without.
    private volatile bool _outcomes = true;

    public async Task SendAsync(IReadOnlyList<SentRow> batch, CancellationToken cancellationToken)
    {
        var body = Body(batch);
        long? failingSince = null;
        for (var attempt = 0; ; attempt++)
        {
            string failure;
            RetryConditionHeaderValue? retryAfter = null;
            try
            {
                using var content = new ByteArrayContent(body) { Headers = { ContentType = s_json } };
                using var response = await server.SendAsync(
                    HttpMethod.Post, _outcomes ? "v1/batch?outcomes=true" : "v1/batch", content, stream: false, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    tally.Waiting = null;
                    var answer = BatchAnswer.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken))
                        ?? throw CliException.Server($"{server.Name} answered something that is no batch answer: is --url a Cdp.Grains server?");
                    if (answer.Names(batch.Count)) Settle(batch, answer);
                    else await SendHalvesAsync(batch, cancellationToken);
                    return;
                }

                var problem = await Problem.ReadAsync(response, cancellationToken);
                if (response.StatusCode == HttpStatusCode.RequestEntityTooLarge)
                {
                    if (batch.Count > 1) await SendHalvesAsync(batch, cancellationToken);
                    else ended(batch[0], new Reject(batch[0].Row.Number, batch[0].Row.MessageId, RowCodes.TooLarge, problem.Detail));
                    return;
                }

                if (response.StatusCode == HttpStatusCode.Forbidden && _outcomes)
                {
                    _outcomes = false;
                    continue;
                }

                if (!RetryPolicy.IsTransient(response.StatusCode)) throw problem.ToError("import");
                failure = problem.Short;
                retryAfter = response.Headers.RetryAfter;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                failure = CdpServer.Reason(e);
            }

            failingSince ??= host.Time.GetTimestamp();
            await WaitAsync(attempt, failingSince.Value, failure, retryAfter, cancellationToken);
        }
    }

    private async Task WaitAsync(int attempt, long since, string failure, RetryConditionHeaderValue? retryAfter, CancellationToken cancellationToken)
    {
        var delay = _retry.Delay(attempt, retryAfter);
        if (host.Time.GetElapsedTime(since) + delay > retryFor)
        {
            throw CliException.Server(
                retryAfter is null
                    ? $"{server.Name} has not taken rows for {retryFor.TotalSeconds:0} s ({failure})."
                    : $"{server.Name} asks to wait {delay.TotalSeconds:0} s ({failure}), longer than the retry bound of {retryFor.TotalSeconds:0} s leaves.");
        }

        tally.CountRetry();
        tally.Waiting = $"{failure}, next try in {delay.TotalSeconds:0.0} s";
        await host.WaitAsync(delay, cancellationToken);
    }

    private async Task SendHalvesAsync(IReadOnlyList<SentRow> batch, CancellationToken cancellationToken)
    {
        // One after the other: rows of one customer keep their order.
        var middle = batch.Count / 2;
        await SendAsync([.. batch.Take(middle)], cancellationToken);
        await SendAsync([.. batch.Skip(middle)], cancellationToken);
    }

    private void Settle(IReadOnlyList<SentRow> batch, BatchAnswer answer)
    {
        var rejects = new Reject?[batch.Count];
        foreach (var reject in answer.Rejected ?? [])
        {
            var at = reject.Index is { } index && index >= 0 && index < batch.Count ? index : IndexOf(batch, reject.MessageId);
            if (at >= 0) rejects[at] = new Reject(batch[at].Row.Number, batch[at].Row.MessageId, reject.Code ?? "unknown", reject.Detail);
        }

        // Outcomes stand in the order of the batch.
        var outcomes = answer.Outcomes is { } list && list.Count == batch.Count ? list : null;
        for (var i = 0; i < batch.Count; i++)
        {
            if (rejects[i] is null) Count(outcomes?[i]);
            ended(batch[i], rejects[i]);
        }
    }

    private void Count(BatchOutcome? outcome)
    {
        foreach (var reason in outcome?.Reasons ?? []) if (reason.Code is { } code) tally.CountDecision(code);
        if (outcome?.Outcome == "applied") tally.CountApplied();
        else if (outcome?.Outcome == "duplicate") tally.CountDuplicate();
        else tally.CountAccepted();
    }

    private static int IndexOf(IReadOnlyList<SentRow> batch, string? messageId)
    {
        for (var i = 0; i < batch.Count; i++) if (batch[i].Row.MessageId == messageId) return i;
        return -1;
    }

    private static byte[] Body(IReadOnlyList<SentRow> batch)
    {
        using var body = new MemoryStream(batch.Sum(r => r.Row.Json.Length + 1) + 16);
        body.Write("{\"batch\":["u8);
        for (var i = 0; i < batch.Count; i++)
        {
            if (i > 0) body.WriteByte((byte)',');
            body.Write(batch[i].Row.Json.Span);
        }

        body.Write("]}"u8);
        return body.ToArray();
    }
}
