using Cdp.Api.Auth;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Webhooks;

/// <summary>Endpoints of webhooks: their definitions, secrets and queues. All of it is for administrators.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(
        this IEndpointRouteBuilder endpoints, ApiServices services, WebhookDefinitions definitions, GridStore store, IWebhookDeliverer deliverer)
    {
        var reads = new WebhookReads(definitions, store.Outbox);
        var writes = new WebhookWrites(definitions);
        var queues = new WebhookQueues(definitions, store.Outbox, deliverer);
        endpoints.MapGet("/v1/webhooks", Admin(reads.ListAsync));
        endpoints.MapGet("/v1/webhooks/{id}", Admin(reads.GetAsync));
        endpoints.MapPut("/v1/webhooks/{id}", Admin(writes.PutAsync));
        endpoints.MapDelete("/v1/webhooks/{id}", Admin(writes.DeleteAsync));
        endpoints.MapPost("/v1/webhooks/{id}/secret", Admin(new WebhookSecretEndpoint(definitions).RotateAsync));
        endpoints.MapGet("/v1/webhooks/{id}/deliveries", Admin(queues.DeliveriesAsync));
        endpoints.MapGet("/v1/webhooks/{id}/dead", Admin(queues.DeadAsync));
        endpoints.MapPost("/v1/webhooks/{id}/replay", Admin(queues.ReplayAsync));
        endpoints.MapPost("/v1/webhooks/{id}/test", Admin(queues.TestAsync));

        RequestDelegate Admin(GuardedHandler handler) => new Guard(services, KeyScopes.Admin, handler).InvokeAsync;
    }
}
