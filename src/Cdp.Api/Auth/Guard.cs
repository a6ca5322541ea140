using Cdp.Api.Http;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Auth;

/// <summary>A handler behind a guard.</summary>
internal delegate Task GuardedHandler(HttpContext context, ApiServices services, KeyEntry key);

/// <summary>Lets a request through when its API key has a scope.</summary>
internal sealed class Guard(ApiServices services, KeyScopes scope, GuardedHandler handler)
{
    public Task InvokeAsync(HttpContext context)
    {
        Credentials.TryReadHeader(context.Request, services.Settings.Current.Keys, out var key);
        if (key is null) return Problem.WriteAsync(context, ProblemCode.Unauthorized, "Send an API key: Authorization: Bearer KEY.");
        return key.Has(scope)
            ? handler(context, services, key)
            : Problem.WriteAsync(context, ProblemCode.Forbidden, $"The key lacks the scope {KeyScopeNames.Name(scope)}.");
    }
}
