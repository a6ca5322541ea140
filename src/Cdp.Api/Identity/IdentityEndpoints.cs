using Cdp.Api.Auth;
using Cdp.Api.Identity.Doctor;
using Cdp.Api.Identity.Simulate;
using Cdp.Core.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Identity;

/// <summary>What people decide about identities, try out first, and look at.</summary>
internal static class IdentityEndpoints
{
    public static void MapIdentity(this IEndpointRouteBuilder endpoints, ApiServices services, IJournalMaintenance store)
    {
        endpoints.MapPost("/v1/identity/merge", Guarded(KeyScopes.Admin, Merges.MergeAsync));
        endpoints.MapPost("/v1/identity/split", Guarded(KeyScopes.Admin, Splits.SplitAsync));
        endpoints.MapPost("/v1/identity/simulate", Guarded(KeyScopes.Admin, Simulations.SimulateAsync));
        endpoints.MapGet("/v1/identity/doctor", Guarded(KeyScopes.Admin, new DoctorReads(store).GetAsync));

        RequestDelegate Guarded(KeyScopes scope, GuardedHandler handler) => new Guard(services, scope, handler).InvokeAsync;
    }
}
