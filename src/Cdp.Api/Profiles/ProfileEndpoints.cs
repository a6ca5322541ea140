using Cdp.Api.Audiences;
using Cdp.Api.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Profiles;

/// <summary>Live profiles.</summary>
internal static class ProfileEndpoints
{
    public static void MapProfiles(this IEndpointRouteBuilder endpoints, ApiServices services)
    {
        endpoints.MapGet("/v1/profiles", Guarded(KeyScopes.Read, ProfileReads.ByQueryAsync));
        endpoints.MapGet("/v1/profiles/{ref}", Guarded(KeyScopes.Read, ProfileReads.ByPathAsync));
        endpoints.MapGet("/v1/profiles/{ref}/events", Guarded(KeyScopes.Read, TimelineReads.EventsAsync));
        endpoints.MapGet("/v1/profiles/{ref}/identities", Guarded(KeyScopes.Read, IdentityReads.IdentitiesAsync));
        endpoints.MapGet("/v1/profiles/{ref}/stream", Guarded(KeyScopes.Read, ProfileStream.StreamAsync));
        endpoints.MapGet("/v1/profiles/{ref}/export", Guarded(KeyScopes.Read, ProfileExport.ExportAsync));
        endpoints.MapGet("/v1/profiles/{ref}/consent", Guarded(KeyScopes.Read, ConsentEndpoint.ReadAsync));
        endpoints.MapPost("/v1/profiles/{ref}/consent", Guarded(KeyScopes.Admin, ConsentEndpoint.WriteAsync));
        endpoints.MapGet("/v1/profiles/{ref}/audiences", Guarded(KeyScopes.Read, MembershipEndpoint.ReadAsync));
        endpoints.MapGet("/v1/profiles/{ref}/attribution", Guarded(KeyScopes.Read, AttributionEndpoint.ReadAsync));
        endpoints.MapPost("/v1/profiles/lookup", Guarded(KeyScopes.Read, ProfileLookup.LookupAsync));
        endpoints.MapPatch("/v1/profiles/{ref}/traits", Guarded(KeyScopes.Admin, ProfileWrites.PatchTraitsAsync));
        endpoints.MapDelete("/v1/profiles/{ref}", Guarded(KeyScopes.Erase, ProfileWrites.EraseAsync));

        RequestDelegate Guarded(KeyScopes scope, GuardedHandler handler) => new Guard(services, scope, handler).InvokeAsync;
    }
}
