using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Operations;

/// <summary>Health, version, metrics and the OpenAPI document.</summary>
internal static class OperationEndpoints
{
    private static readonly ReadOnlyMemory<byte> s_ok = "{\"status\":\"ok\"}"u8.ToArray();

    public static void MapOperations(this IEndpointRouteBuilder endpoints, ApiServices services, MetricsExporter exporter)
    {
        endpoints.MapGet("/health/live", (RequestDelegate)(c => Answers.WriteJsonAsync(c, s_ok)));
        endpoints.MapGet("/health/ready", (RequestDelegate)(c => ReadyAsync(c, services)));
        endpoints.MapGet("/version", (RequestDelegate)VersionAsync);
        endpoints.MapGet("/metrics", (RequestDelegate)(c => MetricsAsync(c, services, exporter)));
        endpoints.MapGet("/openapi/v1.json", (RequestDelegate)(c => OpenApiAsync(c, services)));
    }

    private static async Task ReadyAsync(HttpContext context, ApiServices services)
    {
        var reason = services.Lifetime.ApplicationStopping.IsCancellationRequested
            ? "The server is stopping."
            : await services.Grid.NotReadyReasonAsync(context.RequestAborted);
        if (reason is null) await Answers.WriteJsonAsync(context, s_ok);
        else await Problem.WriteAsync(context, ProblemCode.NotReady, reason);
    }

    private static Task VersionAsync(HttpContext context)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("version", CdpApi.Version);
            if (CdpApi.Commit is { } commit) json.WriteString("commit", commit);
            json.WriteEndObject();
        }

        return Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static Task MetricsAsync(HttpContext context, ApiServices services, MetricsExporter exporter)
    {
        if (!MayLook(context, services)) return KeyMissingAsync(context);
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(exporter.Export(), CancellationToken.None);
    }

    private static Task OpenApiAsync(HttpContext context, ApiServices services) =>
        MayLook(context, services) ? Answers.WriteJsonAsync(context, OpenApiDocument.Json) : KeyMissingAsync(context);

    private static bool MayLook(HttpContext context, ApiServices services)
    {
        if (services.Exposure.LoopbackOnly) return true;
        Credentials.TryReadHeader(context.Request, services.Settings.Current.Keys, out var key);
        return key is { Scopes: not KeyScopes.None };
    }

    private static Task KeyMissingAsync(HttpContext context) =>
        Problem.WriteAsync(context, ProblemCode.Unauthorized, "Send an API key: Authorization: Bearer KEY.");
}
