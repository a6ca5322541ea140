using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cdp.Api.Http;

/// <summary>Answers whose bytes are already made.</summary>
internal static class Answers
{
    private static readonly StringValues s_json = "application/json";

    public static Task WriteJsonAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        var response = context.Response;
        response.Headers.ContentType = s_json;
        response.ContentLength = json.Length;
        var written = response.BodyWriter.WriteAsync(json, CancellationToken.None);
        if (!written.IsCompletedSuccessfully) return written.AsTask();
        written.GetAwaiter().GetResult();
        return Task.CompletedTask;
    }
}
