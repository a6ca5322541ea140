using Cdp.Api.Auth;
using Cdp.Api.Identity.Simulate;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Identity;

/// <summary>What people decide about identities, and try out first.</summary>
internal static class IdentityEndpoints
{
    public static void MapIdentity(this IEndpointRouteBuilder endpoints, ApiServices services)
    {
        endpoints.MapPost("/v1/identity/merge", Guarded(KeyScopes.Admin, Merges.MergeAsync));
        endpoints.MapPost("/v1/identity/split", Guarded(KeyScopes.Admin, Splits.SplitAsync));
        endpoints.MapPost("/v1/identity/simulate", Guarded(KeyScopes.Admin, Simulations.SimulateAsync));

        RequestDelegate Guarded(KeyScopes scope, GuardedHandler handler) => new Guard(services, scope, handler).InvokeAsync;
    }
}
