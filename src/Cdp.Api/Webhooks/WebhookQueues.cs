using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Webhooks;

/// <summary>What became of an endpoint's messages, what was given up, and how to try it again. Bodies are never shown.</summary>
internal sealed class WebhookQueues(WebhookDefinitions definitions, IOutbox outbox, IWebhookDeliverer deliverer)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    private readonly Slots _tests = new(static () => 4);

    /// <summary><c>GET /v1/webhooks/{id}/deliveries?message&amp;limit</c>: the latest attempts, newest first.</summary>
    public async Task DeliveriesAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var queue = await QueueAsync(context, key);
        var found = await outbox.DeliveriesAsync(key.Workspace, queue, QueryValues.Text(context.Request, "message"), Limit(context.Request), context.RequestAborted);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteStartArray("deliveries");
            foreach (var delivery in found)
            {
                json.WriteStartObject();
                Write(json, delivery);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary><c>GET /v1/webhooks/{id}/dead?after&amp;limit</c>: messages that were given up, in order of their ids.</summary>
    public async Task DeadAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var queue = await QueueAsync(context, key);
        var limit = Limit(context.Request);
        var dead = await outbox.DeadAsync(key.Workspace, queue, QueryValues.Text(context.Request, "after"), limit, context.RequestAborted);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteStartArray("dead");
            foreach (var (message, attempts, createdAtMs) in dead)
            {
                json.WriteStartObject();
                json.WriteString("message", message.Id);
                json.WriteString("profile", message.Stream.ToString());
                json.WriteNumber("attempts", attempts);
                json.WriteString("firstDue", IsoTime.Format(createdAtMs));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("after", dead.Count == limit ? dead[^1].Message.Id : null);
        });
    }

    /// <summary><c>POST /v1/webhooks/{id}/replay?message</c>: makes messages that were given up due again.</summary>
    public async Task ReplayAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var queue = await QueueAsync(context, key);
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var replayed = await outbox.ReplayAsync(key.Workspace, queue, QueryValues.Text(context.Request, "message"), nowMs, CancellationToken.None);
        deliverer.Wake(key.Workspace, queue);
        await PolicyReads.AnswerAsync(context, json => json.WriteNumber("replayed", replayed));
    }

    /// <summary><c>POST /v1/webhooks/{id}/test</c>: sends a message of no customer at once and says what came of it.</summary>
    public async Task TestAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var id = (await WebhookReads.FindAsync(definitions, context, key)).Name;
        if (!_tests.TryEnter()) throw new ProblemException(ProblemCode.Overloaded, "Too many tests are under way.");
        try
        {
            var message = "test_" + services.NewMessageId();
            var body = JsonSerializer.SerializeToUtf8Bytes(new { id = message, test = true, at = IsoTime.Format(services.Time.GetUtcNow().ToUnixTimeMilliseconds()) });
            var delivery = await deliverer.TestAsync(key.Workspace, id, message, body, context.RequestAborted) ?? throw new ProblemException(ProblemCode.NoSecret);
            await PolicyReads.AnswerAsync(context, json => Write(json, delivery));
        }
        finally
        {
            _tests.Leave();
        }
    }

    private async Task<string> QueueAsync(HttpContext context, KeyEntry key) =>
        WebhookEndpoint.QueueOf((await WebhookReads.FindAsync(definitions, context, key)).Name);

    private static int Limit(HttpRequest request) => QueryValues.Number(request, "limit", DefaultLimit, 1, MaxLimit);

    private static void Write(Utf8JsonWriter json, Delivery delivery)
    {
        json.WriteString("message", delivery.Id);
        json.WriteNumber("attempt", delivery.Attempt);
        json.WriteString("at", IsoTime.Format(delivery.AtMs));
        json.WriteNumber("durationMs", delivery.DurationMs);
        json.WriteString("status", WebhookMetrics.Name(delivery.Status));
        if (delivery.HttpStatus is { } status) json.WriteNumber("httpStatus", status);
        else json.WriteNull("httpStatus");
        json.WriteString("code", delivery.Code);
        json.WriteString("retryAt", delivery.RetryAtMs is { } retry ? IsoTime.Format(retry) : null);
    }
}
