using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Http;

/// <summary>Answers with an RFC 9457 problem document.</summary>
internal static class Problem
{
    /// <summary>Seconds that a sender should wait after 429.</summary>
    public const int OverloadedRetrySeconds = 1;

    /// <summary>Seconds that a sender should wait after 503.</summary>
    public const int UnavailableRetrySeconds = 5;

    public static Task WriteAsync(HttpContext context, ProblemCode problem, string? detail = null, int? retryAfterSeconds = null, IReadOnlyList<string>? errors = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "urn:cdp-grains:problem:" + problem.Code);
            json.WriteString("title", problem.Title);
            json.WriteNumber("status", problem.Status);
            if (detail is not null) json.WriteString("detail", detail);
            json.WriteString("code", problem.Code);
            if (errors is not null)
            {
                json.WriteStartArray("errors");
                foreach (var error in errors) json.WriteStringValue(error);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.ContentLength = buffer.WrittenCount;
        response.Headers.CacheControl = "no-store";
        var retry = retryAfterSeconds ?? problem.Status switch { 429 => OverloadedRetrySeconds, 503 => UnavailableRetrySeconds, _ => 0 };
        if (retry > 0) response.Headers.RetryAfter = retry.ToString(CultureInfo.InvariantCulture);
        if (problem.Status == 401) response.Headers.WWWAuthenticate = "Bearer";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(buffer.WrittenMemory, CancellationToken.None).AsTask();
    }
}

/// <summary>A request that ends in a problem; thrown where a value cannot be returned, written by <see cref="Edge"/>.</summary>
internal sealed class ProblemException(ProblemCode problem, string? detail = null) : Exception(problem.Code)
{
    public ProblemCode Problem { get; } = problem;

    public string? Detail { get; } = detail;
}
