using Cdp.Api.Http;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Ingest;

/// <summary>Serves Segment's own script out of a configured folder; we do not ship it.</summary>
internal static class AnalyticsScript
{
    private static readonly string[] s_names = ["standalone.js", "analytics.min.js"];

    public static Task WriteAsync(HttpContext context, ApiServices services)
    {
        if (services.Settings.Current.AnalyticsJs is not { } folder || Find(folder) is not { } file)
        {
            return Problem.WriteAsync(
                context, ProblemCode.AnalyticsJsMissing,
                "Install the npm package @segment/analytics-next and set Cdp:AnalyticsJs to its folder dist/umd.");
        }

        var etag = $"\"{file.LastModifiedUtc.Ticks:x}-{file.Length:x}\"";
        var response = context.Response;
        response.Headers.ETag = etag;
        response.Headers.CacheControl = "public, max-age=300";
        if (ETags.Matches(context.Request.Headers.IfNoneMatch, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "text/javascript; charset=utf-8";
        response.ContentLength = file.Length;
        return response.SendFileAsync(file.Path, context.RequestAborted);
    }

    private static (string Path, long Length, DateTime LastModifiedUtc)? Find(string folder)
    {
        foreach (var name in s_names)
        {
            var file = new FileInfo(Path.Combine(folder, name));
            if (file.Exists) return (file.FullName, file.Length, file.LastWriteTimeUtc);
        }

        return null;
    }
}
