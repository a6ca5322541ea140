using System.Net;
using System.Text.Json;
using Cdp.Benchmarks.Peers.Resp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cdp.Benchmarks.Peers.Server;

/// <summary>
/// What a team would build instead: a minimal API over PostgreSQL, with Redis as a cache, that has the two calls of ours that are measured. It is a
/// process of its own.
/// </summary>
internal static class PeerServer
{
    /// <summary>Serves until it is stopped.</summary>
    /// <param name="args"><c>--urls URL --redis HOST:PORT --postgres CONNECTION_STRING</c>, the last an empty database.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        using var redis = new RespClient(IPEndPoint.Parse(builder.Configuration["redis"]!));
        await using var store = new PeerStore(NpgsqlDataSource.Create(builder.Configuration["postgres"]!));
        var cache = new PeerCache(redis);
        await store.CreateSchemaAsync();
        await cache.LoadScriptAsync();
        builder.Services.AddSingleton(store).AddSingleton(cache).AddSingleton<PeerIngest>();
        var app = builder.Build();
        app.Use(static (context, next) =>
        {
            if (context.Request.Headers.Authorization == "Bearer dev") return next(context);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        app.MapGet("/v1/profiles/{reference}", ReadAsync);
        app.MapPost("/v1/batch", IngestAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task ReadAsync(string reference, HttpContext context, PeerCache cache, PeerStore store)
    {
        var hash = await cache.ReadAsync(reference);
        if (hash is null)
        {
            // Absorbed, or never cached: the store knows, and the cache learns it.
            var colon = reference.IndexOf(':', StringComparison.Ordinal);
            var profile = colon < 0 ? null : await store.ReadAsync(new(reference[..colon], reference[(colon + 1)..]));
            if (profile is not null)
            {
                await cache.WriteAsync(profile);
                hash = await cache.ReadAsync(reference);
            }
        }

        if (hash is not { } reply)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentLength = 0;
            return;
        }

        using (reply)
        {
            var json = PeerAnswer.Make(reply);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = json.Length;
            json.CopyTo(context.Response.BodyWriter.GetSpan(json.Length));
            context.Response.BodyWriter.Advance(json.Length);
        }

        await context.Response.BodyWriter.FlushAsync();
    }

    private static async Task IngestAsync(HttpContext context, PeerIngest ingest)
    {
        JsonDocument body;
        try
        {
            body = await JsonDocument.ParseAsync(context.Request.Body);
        }
        catch (JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentLength = 0;
            return;
        }

        using (body)
        {
            var now = DateTime.UtcNow;
            var items = body.RootElement.GetProperty("batch");
            var events = new List<PeerEvent>(items.GetArrayLength());
            var rejected = new List<int>();
            foreach (var (index, item) in items.EnumerateArray().Index())
            {
                if (PeerEvent.Parse(item, now) is { } e) events.Add(e);
                else rejected.Add(index);
            }

            await ingest.ApplyAsync(events);
            var answer = rejected.Count == 0
                ? """{"success":true}"""
                : $$"""{"success":true,"rejected":[{{string.Join(',', rejected.Select(i => $"{{\"index\":{i}}}"))}}]}""";
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.WriteAsync(answer);
        }
    }
}
