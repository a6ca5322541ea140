using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Api.Operations;

/// <summary><c>GET /v1/grid</c>: the members of the grid with their state, release and what they hold in memory.</summary>
internal static class GridEndpoint
{
    public static void MapGrid(this IEndpointRouteBuilder endpoints, ApiServices services, IGridStatus status) =>
        endpoints.MapGet("/v1/grid", new Guard(services, KeyScopes.Admin, (context, _, _) => AnswerAsync(context, status)).InvokeAsync);

    private static async Task AnswerAsync(HttpContext context, IGridStatus status)
    {
        var members = await status.ReadAsync(context.RequestAborted);
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("silos");
            foreach (var member in members) Write(json, member);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, GridMember member)
    {
        json.WriteStartObject();
        json.WriteString("address", member.Address);
        json.WriteString("host", member.Host);
        json.WriteString("status", member.Status);
        json.WriteBoolean("self", member.Self);
        json.WriteString("startedAt", IsoTime.Format(member.StartedAt.ToUnixTimeMilliseconds()));
        json.WriteString("version", member.Version);
        json.WriteStartObject("activations");
        if (member.Customers is { } customers) json.WriteNumber("customers", customers);
        if (member.Identifiers is { } identifiers) json.WriteNumber("identifiers", identifiers);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
