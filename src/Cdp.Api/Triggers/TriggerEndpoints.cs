using Cdp.Api.Audiences;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Triggers;

/// <summary>Triggers, what they decided, and what they put out for those who listen.</summary>
internal static class TriggerEndpoints
{
    public static void MapTriggers(this IEndpointRouteBuilder endpoints, ApiServices services, AudienceDefinitions definitions, GridStore store)
    {
        var triggers = new DefinitionEndpoints(definitions, AudienceDefinitions.TriggerKind, "triggers");
        endpoints.MapGet("/v1/triggers", Guarded(KeyScopes.Read, triggers.ListAsync));
        endpoints.MapGet("/v1/triggers/{id}", Guarded(KeyScopes.Read, triggers.GetAsync));
        endpoints.MapPut("/v1/triggers/{id}", Guarded(KeyScopes.Admin, triggers.PutAsync));
        endpoints.MapDelete("/v1/triggers/{id}", Guarded(KeyScopes.Admin, triggers.DeleteAsync));
        endpoints.MapPost("/v1/triggers:dryrun", Guarded(KeyScopes.Read, new TriggerDryRuns(definitions, store).RunAsync));
        var settings = new DefinitionEndpoints(definitions, AudienceDefinitions.SettingsKind, "settings", name: AudienceDefinitions.SettingsName);
        endpoints.MapGet("/v1/activation-settings", Guarded(KeyScopes.Read, settings.GetAsync));
        endpoints.MapPut("/v1/activation-settings", Guarded(KeyScopes.Admin, settings.PutAsync));
        endpoints.MapDelete("/v1/activation-settings", Guarded(KeyScopes.Admin, settings.DeleteAsync));
        endpoints.MapGet("/v1/profiles/{ref}/decisions", Guarded(KeyScopes.Read, DecisionReads.ListAsync));
        endpoints.MapGet("/v1/triggers/{id}/stream", Guarded(KeyScopes.Read, new FeedStream(store, "trigger", TriggerTopicAsync).StreamAsync));
        endpoints.MapGet("/v1/streams/{id}", Guarded(KeyScopes.Read, new FeedStream(store, "message", static (context, _) => Task.FromResult("stream:" + DefinitionEndpoints.Id(context))).StreamAsync));

        async Task<string> TriggerTopicAsync(HttpContext context, KeyEntry key)
        {
            var id = DefinitionEndpoints.Id(context);
            if (await definitions.Feed.Store.ReadAsync(key.Workspace, AudienceDefinitions.TriggerKind, id, context.RequestAborted) is not { IsDeleted: false })
                throw new ProblemException(ProblemCode.DefinitionNotFound);
            return "sse:" + id;
        }

        RequestDelegate Guarded(KeyScopes scope, GuardedHandler handler) => new Guard(services, scope, handler).InvokeAsync;
    }
}
