using Cdp.Api.Auth;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Audiences;

/// <summary>Audiences and computed traits: their definitions, and what they are over all customers.</summary>
internal static class AudienceEndpoints
{
    public static void MapAudiences(this IEndpointRouteBuilder endpoints, ApiServices services, AudienceDefinitions definitions, GridStore store)
    {
        MapDefinitions("/v1/audiences", new(definitions, AudienceDefinitions.AudienceKind, "audiences", new AudienceStandings(store.Index)));
        MapDefinitions("/v1/computed-traits", new(definitions, AudienceDefinitions.ComputedKind, "computedTraits"));
        endpoints.MapPost("/v1/audiences:preview", Guarded(KeyScopes.Read, new AudiencePreviews(definitions, store).PreviewAsync));
        endpoints.MapPost("/v1/audiences:overlap", Guarded(KeyScopes.Read, new AudienceOverlaps(store.Index).CountAsync));
        endpoints.MapGet("/v1/audiences/{id}/sizes", Guarded(KeyScopes.Read, new AudienceSizes(definitions, store.Index).HistoryAsync));
        endpoints.MapGet("/v1/audiences/{id}/members", Guarded(KeyScopes.Read, new AudienceMembers(definitions, store).ListAsync));
        endpoints.MapGet("/v1/audiences/{id}/stream", Guarded(KeyScopes.Read, new AudienceStream(definitions, store).StreamAsync));
        endpoints.MapGet("/v1/attribution", Guarded(KeyScopes.Read, new CampaignTotals(store).ReadAsync));

        void MapDefinitions(string path, DefinitionEndpoints handlers)
        {
            endpoints.MapGet(path, Guarded(KeyScopes.Read, handlers.ListAsync));
            endpoints.MapGet(path + "/{id}", Guarded(KeyScopes.Read, handlers.GetAsync));
            endpoints.MapPut(path + "/{id}", Guarded(KeyScopes.Admin, handlers.PutAsync));
            endpoints.MapDelete(path + "/{id}", Guarded(KeyScopes.Admin, handlers.DeleteAsync));
        }

        RequestDelegate Guarded(KeyScopes scope, GuardedHandler handler) => new Guard(services, scope, handler).InvokeAsync;
    }
}
