using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Cdp.Standalone.Tests.Sdk.Support;

/// <summary>What goes wrong with the first request that carries events.</summary>
public enum Fault
{
    /// <summary>429 with Retry-After, and the server never sees the request.</summary>
    TooMany,

    /// <summary>503, and the server never sees the request.</summary>
    Unavailable,

    /// <summary>The server stores the events and answers, and the connection breaks before the answer is out.</summary>
    LostAnswer,
}

/// <summary>A request with events that passed by.</summary>
/// <param name="MessageIds">Its events.</param>
/// <param name="ServerStatus">What the server answered, null when it was not asked.</param>
/// <param name="At">When it came, since the proxy started.</param>
internal sealed record PassedRequest(IReadOnlyList<string> MessageIds, int? ServerStatus, TimeSpan At);

/// <summary>Stands before a real server and spoils the first request with events; everything else passes unchanged.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    /// <summary>What a spoiled request is told to wait.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private static readonly string[] s_hopByHop = ["Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade"];

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _server = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
    private readonly ConcurrentQueue<PassedRequest> _passed = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Uri _target;
    private readonly Fault _fault;
    private int _spoiled;

    private FaultProxy(Uri target, Fault fault)
    {
        _target = target;
        _fault = fault;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>The requests with events so far, in the order in which they were done with.</summary>
    public IReadOnlyList<PassedRequest> Passed => [.. _passed];

    public static async Task<FaultProxy> StartAsync(Uri target, Fault fault)
    {
        var proxy = new FaultProxy(target, fault);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _server.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var at = Stopwatch.GetElapsedTime(_started);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var messages = MessageIds(body.ToArray());
        var spoil = messages.Count > 0 && Interlocked.Exchange(ref _spoiled, 1) == 0;
        if (spoil && _fault != Fault.LostAnswer)
        {
            Refuse(context.Response);
            _passed.Enqueue(new PassedRequest(messages, null, at));
            return;
        }

        using var request = Copy(context.Request, body.ToArray());
        using var answer = await _server.SendAsync(request, context.RequestAborted);
        var content = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (messages.Count > 0) _passed.Enqueue(new PassedRequest(messages, (int)answer.StatusCode, at));
        if (spoil)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!s_hopByHop.Contains(name, StringComparer.OrdinalIgnoreCase)) context.Response.Headers[name] = values.ToArray();
        }

        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    // As the server does it: errors carry the CORS headers too, else a browser's SDK may not read Retry-After.
    private void Refuse(HttpResponse response)
    {
        response.StatusCode = _fault == Fault.TooMany ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable;
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = "Retry-After";
        if (_fault == Fault.TooMany) response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString("F0", null);
    }

    private HttpRequestMessage Copy(HttpRequest request, byte[] body)
    {
        // The host stays the one that the client reached: the settings that browsers fetch name it, and lead back here.
        var copy = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_target, request.Path + request.QueryString))
        {
            Headers = { Host = request.Host.Value },
        };
        if (body.Length > 0) copy.Content = new ByteArrayContent(body);
        foreach (var (name, values) in request.Headers)
        {
            if (s_hopByHop.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            if (!copy.Headers.TryAddWithoutValidation(name, values.AsEnumerable())) copy.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        return copy;
    }

    private static IReadOnlyList<string> MessageIds(byte[] body)
    {
        if (body.Length == 0) return [];
        using var json = JsonDocument.Parse(body is [0x1f, 0x8b, ..] ? Inflate(body) : body);
        var events = json.RootElement.TryGetProperty("batch", out var batch) ? batch.EnumerateArray().ToList() : [json.RootElement];
        return [.. events.Where(e => e.TryGetProperty("messageId", out _)).Select(e => e.GetProperty("messageId").GetString()!)];
    }

    private static byte[] Inflate(byte[] body)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
