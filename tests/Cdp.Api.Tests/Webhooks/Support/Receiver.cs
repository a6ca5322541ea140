using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Tests.Webhooks.Support;

/// <summary>A receiver of webhooks on a loopback port of its own.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _closing = new();
    private int _atOnce;
    private int _mostAtOnce;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Requests { get; } = new();

    /// <summary>What is answered; by default 200 and nothing.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Ends when the receiver does: what a hanging answer waits for.</summary>
    public CancellationToken Closing => _closing.Token;

    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    public int Port { get; private set; }

    public string Url => $"http://127.0.0.1:{Port}/in";

    public IEnumerable<string> Ids => Requests.Select(static r => r.Header("webhook-id"));

    public static async Task<Receiver> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
        {
            if (certificate is not null) l.UseHttps(certificate);
        }));
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        receiver.Port = new Uri(receiver._app.Urls.Single()).Port;
        return receiver;
    }

    public Task HangAsync() => Task.Delay(Timeout.Infinite, Closing);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _app.DisposeAsync();
        _closing.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var atOnce = Interlocked.Increment(ref _atOnce);
        for (var most = _mostAtOnce; most < atOnce && Interlocked.CompareExchange(ref _mostAtOnce, atOnce, most) != most; most = _mostAtOnce)
        {
        }

        Requests.Enqueue(new(context.Request.Path, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        try
        {
            await Answer(context);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }
}

internal sealed record Received(string Path, Dictionary<string, string> Headers, byte[] Body)
{
    public string Header(string name) => Headers[name];
}
