using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdp.Cli.Tests.Support;

/// <summary>The HTTP contract over a real socket, with faults on demand.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _events = [];
    private readonly HashSet<string> _seen = [];
    private int _batches;

    private FakeServer(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    /// <summary>Answers instead of the server when it returns true. The number counts batch requests from 1.</summary>
    public Func<HttpContext, int, Task<bool>> Fault { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>The code that an event is rejected with, null when it is taken.</summary>
    public Func<JsonObject, string?> Reject { get; set; } = _ => null;

    /// <summary>True when the key is a write key: asking for outcomes is forbidden.</summary>
    public bool IsWriteKey { get; set; }

    /// <summary>Any other request; false for 404.</summary>
    public Func<HttpContext, Task<bool>> Other { get; set; } = _ => Task.FromResult(false);

    public List<string> Requests { get; } = [];

    /// <summary>Method and target as they came over the wire, escapes and all.</summary>
    public List<string> RawTargets { get; } = [];

    public List<int> BatchSizes { get; } = [];

    public List<string> Authorization { get; } = [];

    /// <summary>Events in the order of arrival, repeated ones included.</summary>
    public IReadOnlyList<JsonObject> Received
    {
        get { lock (_lock) return [.. _events]; }
    }

    public IReadOnlyList<string> MessageIds => [.. Received.Select(e => (string)e["messageId"]!)];

    public static async Task<FakeServer> StartAsync(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        var server = new FakeServer(app);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    public static async Task<bool> Answer(HttpContext context, int status, string? retryAfter = null, string body = "{\"code\":\"fault\"}")
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync(body);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        lock (_lock)
        {
            Requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            RawTargets.Add($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}");
        }

        if (context.Request.Path == "/v1/batch") await BatchAsync(context);
        else if (await Other(context)) { }
        else if (context.Request.Path == "/version") await context.Response.WriteAsync("{\"version\":\"0.1.0\"}");
        else if (context.Request.Path.StartsWithSegments("/health")) await context.Response.WriteAsync("{\"status\":\"ok\"}");
        else await Answer(context, 404, body: "{\"code\":\"not_found\"}");
    }

    private async Task BatchAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        if (await Fault(context, Interlocked.Increment(ref _batches))) return;
        var wantsOutcomes = context.Request.Query["outcomes"] == "true";
        if (IsWriteKey && wantsOutcomes)
        {
            await Answer(context, 403, body: "{\"code\":\"forbidden\"}");
            return;
        }

        var answer = new JsonObject { ["success"] = true };
        var rejected = new JsonArray();
        var outcomes = new JsonArray();
        lock (_lock)
        {
            Authorization.Add(context.Request.Headers.Authorization.ToString());
            var items = body!["batch"]!.AsArray();
            BatchSizes.Add(items.Count);
            for (var i = 0; i < items.Count; i++) Take(items[i]!.AsObject(), i, rejected, outcomes);
        }

        if (rejected.Count > 0) answer["rejected"] = rejected;
        if (wantsOutcomes) answer["outcomes"] = outcomes;
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private void Take(JsonObject item, int index, JsonArray rejected, JsonArray outcomes)
    {
        var id = (string)item["messageId"]!;
        _events.Add((JsonObject)item.DeepClone());
        var code = Reject(item);
        var outcome = code is not null ? "rejected" : _seen.Add(id) ? "applied" : "duplicate";
        if (code is not null) rejected.Add(new JsonObject { ["index"] = index, ["messageId"] = id, ["code"] = code, ["detail"] = "why" });
        outcomes.Add(new JsonObject { ["messageId"] = id, ["outcome"] = outcome });
    }
}
