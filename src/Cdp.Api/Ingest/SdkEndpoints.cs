using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Ingest;

/// <summary>What browser SDKs fetch before they send their first event. Without it they never send one.</summary>
internal static class SdkEndpoints
{
    public static void MapSdk(this IEndpointRouteBuilder endpoints, ApiServices services)
    {
        endpoints.MapGet("/v1/projects/{writeKey}/settings", (RequestDelegate)(c => WriteSegmentAsync(c, services)));
        endpoints.MapGet("/sourceConfig", (RequestDelegate)(c => WriteRudderAsync(c, services)));
        endpoints.MapGet("/analytics.js/v1/{writeKey}/analytics.min.js", (RequestDelegate)(c => AnalyticsScript.WriteAsync(c, services)));
    }

    private static Task WriteSegmentAsync(HttpContext context, ApiServices services)
    {
        var writeKey = context.Request.RouteValues["writeKey"] as string;
        if (services.Settings.Current.Keys.FindWriteKey(writeKey) is null) return Unauthorized(context);
        return WriteAsync(context, json =>
        {
            json.WriteStartObject("integrations");
            json.WriteStartObject("Segment.io");
            json.WriteString("apiKey", writeKey);
            json.WriteString("apiHost", Host(context) + "/v1");
            json.WriteString("protocol", Scheme(context.Request));
            json.WriteEndObject();
            json.WriteEndObject();
            foreach (var name in (string[])["plan", "edgeFunction", "middlewareSettings", "enabledMiddleware"])
            {
                json.WriteStartObject(name);
                json.WriteEndObject();
            }

            json.WriteBoolean("analyticsNextEnabled", true);

            // Without a rate of 0 the SDK reports about itself to its vendor.
            json.WriteStartObject("metrics");
            json.WriteNumber("sampleRate", 0);
            json.WriteEndObject();
            json.WriteBoolean("legacyVideoPluginsEnabled", false);
            json.WriteStartArray("remotePlugins");
            json.WriteEndArray();
        });
    }

    private static Task WriteRudderAsync(HttpContext context, ApiServices services)
    {
        var keys = services.Settings.Current.Keys;
        var query = QueryValues.Text(context.Request, "writeKey");
        if (!Credentials.TryReadHeader(context.Request, keys, out var key)) key = keys.FindWriteKey(query);
        if (key is not { IsWriteKey: true }) return Unauthorized(context);
        return WriteAsync(context, json =>
        {
            json.WriteStartObject("source");
            json.WriteString("id", key.Source.Name);
            json.WriteString("name", key.Source.Name);
            if (query is not null) json.WriteString("writeKey", query);
            json.WriteBoolean("enabled", true);
            json.WriteString("workspaceId", key.Workspace);
            json.WriteStartObject("config");
            json.WriteStartObject("statsCollection");
            foreach (var name in (string[])["errors", "metrics"])
            {
                json.WriteStartObject(name);
                json.WriteBoolean("enabled", false);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("destinations");
            json.WriteEndArray();
            json.WriteStartObject("dataplanes");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteString("updatedAt", "2026-01-01T00:00:00.000Z");
        });
    }

    private static Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "private, max-age=60";
        return Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static Task Unauthorized(HttpContext context) =>
        Problem.WriteAsync(context, ProblemCode.Unauthorized, "The write key is not known.");

    private static string Host(HttpContext context) =>
        context.Request.Host.HasValue ? context.Request.Host.Value! : $"{context.Connection.LocalIpAddress}:{context.Connection.LocalPort}";

    // Behind a proxy that ends TLS the page must not be told to send in the clear.
    private static string Scheme(HttpRequest request) =>
        string.Equals(request.Headers["X-Forwarded-Proto"], "https", StringComparison.OrdinalIgnoreCase) ? "https" : request.Scheme;
}
