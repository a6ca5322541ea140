using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Grid;
using Cdp.Core.Profiles;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Profiles;

/// <summary>
/// <c>GET /v1/profiles/{ref}</c>: the hot path. A profile in memory is answered without a state machine, a scope or a copy of its bytes.
/// </summary>
internal static class ProfileReads
{
    public static Task ByPathAsync(HttpContext context, ApiServices services, KeyEntry key) =>
        ReadAsync(context, services, key, ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace)));

    public static Task ByQueryAsync(HttpContext context, ApiServices services, KeyEntry key) =>
        ReadAsync(context, services, key, ProfileRefs.FromQuery(context, services.Grid.Rules(key.Workspace)));

    private static Task ReadAsync(HttpContext context, ApiServices services, KeyEntry key, ProfileRef profile)
    {
        // No token: asking for RequestAborted alone makes one, and a load that is begun for one caller serves the next.
        var read = services.Grid.GetAsync(key.Workspace, profile, CancellationToken.None);
        if (read.IsCompletedSuccessfully && !context.Request.QueryString.HasValue) return AnswerAsync(context, read.GetAwaiter().GetResult());
        return ReadSlowlyAsync(context, services, key, read);
    }

    private static async Task ReadSlowlyAsync(HttpContext context, ApiServices services, KeyEntry key, ValueTask<ProfileView?> read)
    {
        var include = Includes.Of(context.Request);
        var view = await read;
        if (view is null || include == Include.None) await AnswerAsync(context, view);
        else await IncludeAnswer.WriteAsync(context, services, key, view, include);
    }

    private static Task AnswerAsync(HttpContext context, ProfileView? view)
    {
        if (view is null) return NotFoundAsync(context);
        return IsUnchanged(context, view.ETag) ? Task.CompletedTask : Answers.WriteJsonAsync(context, view.Json);
    }

    public static Task NotFoundAsync(HttpContext context) => Problem.WriteAsync(context, ProblemCode.ProfileNotFound);

    /// <summary>Sets the entity tag; answers 304 when the caller has that state already.</summary>
    public static bool IsUnchanged(HttpContext context, string tag)
    {
        var quoted = SetTag(context, tag);
        var known = context.Request.Headers.IfNoneMatch;
        if (known.Count == 0 || !ETags.Matches(known, quoted)) return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    public static string SetTag(HttpContext context, string tag)
    {
        var quoted = string.Concat("\"", tag, "\"");
        context.Response.Headers.ETag = quoted;
        context.Response.Headers.CacheControl = "private, no-cache";
        return quoted;
    }
}
