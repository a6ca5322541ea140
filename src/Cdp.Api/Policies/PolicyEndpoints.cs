using Cdp.Api.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Policies;

/// <summary>The identity policy of the key's workspace, changed while the grid runs.</summary>
internal static class PolicyEndpoints
{
    public const string Path = "/v1/identity/policy";

    public static void MapPolicies(this IEndpointRouteBuilder endpoints, ApiServices services, IdentityPolicies policies)
    {
        var reads = new PolicyReads(policies);
        var writes = new PolicyWrites(policies);
        endpoints.MapGet(Path, Guarded(reads.GetAsync));
        endpoints.MapPut(Path, Guarded(writes.PutAsync));
        endpoints.MapDelete(Path, Guarded(writes.DeleteAsync));
        endpoints.MapGet(Path + "/history", Guarded(reads.HistoryAsync));

        RequestDelegate Guarded(GuardedHandler handler) => new Guard(services, KeyScopes.Admin, handler).InvokeAsync;
    }
}
