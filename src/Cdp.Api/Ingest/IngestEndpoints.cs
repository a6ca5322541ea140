using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Ingest;

/// <summary>Events in, as unmodified Segment and RudderStack SDKs send them.</summary>
internal static class IngestEndpoints
{
    private static readonly (string Long, string Short, EventType Type)[] s_calls =
    [
        ("identify", "i", EventType.Identify), ("track", "t", EventType.Track), ("page", "p", EventType.Page),
        ("screen", "s", EventType.Screen), ("group", "g", EventType.Group), ("alias", "a", EventType.Alias),
    ];

    public static void MapIngest(this IEndpointRouteBuilder endpoints, ApiServices services)
    {
        MapBatch("/v1/batch");
        MapBatch("/v1/b");
        MapBatch("/beacon/v1/batch");
        foreach (var (name, letter, type) in s_calls)
        {
            MapSingle("/v1/" + name, type);
            MapSingle("/v1/" + letter, type);
        }

        // RudderStack's merge call has a body of its own; the parser names it as a type that is not known here.
        MapSingle("/v1/merge", null);
        endpoints.MapPost("/v1/m", (RequestDelegate)Drop);
        endpoints.MapGet("/v1/rejects", (RequestDelegate)new Guard(services, KeyScopes.Read, RejectsAnswer.WriteAsync).InvokeAsync);

        void MapBatch(string path) => endpoints.MapPost(path, (RequestDelegate)(c => IngestHandler.HandleAsync(c, services, true, null)));
        void MapSingle(string path, EventType? type) =>
            endpoints.MapPost(path, (RequestDelegate)(c => IngestHandler.HandleAsync(c, services, false, type)));
    }

    // The browser SDK's metrics about itself.
    private static Task Drop(HttpContext context) => Answers.WriteJsonAsync(context, IngestAnswer.Success);
}
