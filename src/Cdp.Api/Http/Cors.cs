using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cdp.Api.Http;

/// <summary>What browsers' SDKs need to be let through. No cookies are involved, hence any origin.</summary>
internal static class Cors
{
    private static readonly StringValues AnyOrigin = "*";
    private static readonly StringValues Exposed = "Retry-After, ETag";
    private static readonly StringValues Methods = "GET,POST,OPTIONS";
    private static readonly StringValues MaxAge = "7200";

    // Listed one by one: by the Fetch standard "*" does not cover Authorization.
    private static readonly StringValues Headers =
        "authorization,content-type,content-encoding,anonymousid,sentat,x-retry-count," +
        "rsa-retry-attempt,rsa-retry-reason,rsa-since-first-attempt,rsa-since-last-attempt,if-none-match";

    public static void Apply(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = AnyOrigin;
        headers.AccessControlExposeHeaders = Exposed;
    }

    public static Task AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = Headers;
        headers.AccessControlMaxAge = MaxAge;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
