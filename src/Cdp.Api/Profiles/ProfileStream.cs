using System.Buffers;
using System.Globalization;
using System.Text;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Profiles;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Profiles;

/// <summary><c>GET /v1/profiles/{ref}/stream</c>: server-sent events, one per committed state; a slow reader misses steps, never the newest.</summary>
internal static class ProfileStream
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static async Task StreamAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var profile = ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace));
        if (!services.Streams.TryEnter())
        {
            await Problem.WriteAsync(context, ProblemCode.Overloaded, "Too many streams are open.");
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, services.Lifetime.ApplicationStopping);
        try
        {
            var views = services.Grid.WatchAsync(key.Workspace, profile, stop.Token).GetAsyncEnumerator(stop.Token);
            await using (views) await PumpAsync(context, services, views, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader left or the server stops: the stream ends here, cleanly.
        }
        finally
        {
            services.Streams.Leave();
        }
    }

    private static async Task PumpAsync(
        HttpContext context, ApiServices services, IAsyncEnumerator<ProfileView> views, CancellationTokenSource stop)
    {
        var next = views.MoveNextAsync().AsTask();
        try
        {
            if (!await next)
            {
                await ProfileReads.NotFoundAsync(context);
                return;
            }

            var response = context.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            while (await next)
            {
                Write(response.BodyWriter, views.Current);
                next = views.MoveNextAsync().AsTask();
                await response.BodyWriter.FlushAsync(stop.Token);
                while (!await ArrivesInTimeAsync(next, services.Time, stop.Token))
                {
                    response.BodyWriter.Write(":\n\n"u8);
                    await response.BodyWriter.FlushAsync(stop.Token);
                }
            }
        }
        finally
        {
            // An enumerator must not be disposed while it moves.
            await stop.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> ArrivesInTimeAsync(Task<bool> next, TimeProvider time, CancellationToken cancellationToken)
    {
        if (next.IsCompleted) return true;
        using var beat = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(next, Task.Delay(Heartbeat, time, beat.Token));
        await beat.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == next;
    }

    private static void Write(IBufferWriter<byte> output, ProfileView view)
    {
        output.Write("event: profile\nid: "u8);
        Encoding.ASCII.GetBytes(view.Version.ToString(CultureInfo.InvariantCulture), output);
        output.Write("\ndata: "u8);
        output.Write(view.Json);
        output.Write("\n\n"u8);
    }
}
