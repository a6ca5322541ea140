using System.Buffers;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Profiles;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Grid;
using Cdp.Core.Journal.Index;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary>
/// <c>GET /v1/audiences/{id}/stream</c>: server-sent events, one per entry and exit, each once and in order for one customer, from now on or behind
/// <c>Last-Event-ID</c> (also <c>?after=</c>). What is older than seven days is gone.
/// </summary>
internal sealed class AudienceStream(AudienceDefinitions definitions, GridStore store)
{
    private const int Page = 256;

    // What this process commits wakes the stream at once; what other silos commit is found at the next look.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public async Task StreamAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var id = DefinitionEndpoints.Id(context);
        await AudienceSizes.EnsureKnownAsync(definitions, key.Workspace, id, context.RequestAborted);
        var place = After(context.Request) ?? await store.Index.FeedEndAsync(context.RequestAborted);
        if (!services.Streams.TryEnter())
        {
            await Problem.WriteAsync(context, ProblemCode.Overloaded, "Too many streams are open.");
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, services.Lifetime.ApplicationStopping);
        try
        {
            await PumpAsync(context.Response, services.Time, key.Workspace, MembershipFeed.Topic(id), place, stop.Token);
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

    private async Task PumpAsync(HttpResponse response, TimeProvider time, string workspace, string topic, FeedPlace place, CancellationToken stop)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        // The first line shows the reader that it listens.
        response.BodyWriter.Write(":\n\n"u8);
        await response.BodyWriter.FlushAsync(stop);
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        using var following = store.Signal.Follow(workspace, topic, signals.Writer);
        var written = time.GetTimestamp();
        while (true)
        {
            var rows = await store.Index.ReadFeedAsync(workspace, topic, place, Page, stop);
            foreach (var row in rows) Write(response.BodyWriter, row);
            if (rows.Count > 0) place = rows[^1].Place;
            var isQuiet = rows.Count == 0 && time.GetElapsedTime(written) >= ProfileStream.Heartbeat;
            if (isQuiet) response.BodyWriter.Write(":\n\n"u8);
            if (isQuiet || rows.Count > 0)
            {
                await response.BodyWriter.FlushAsync(stop);
                written = time.GetTimestamp();
            }

            if (rows.Count < Page) await WaitAsync(signals.Reader, time, stop);
        }
    }

    private static async Task WaitAsync(ChannelReader<bool> signals, TimeProvider time, CancellationToken stop)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var signal = signals.WaitToReadAsync(wait.Token).AsTask();
        await Task.WhenAny(signal, Task.Delay(Look, time, wait.Token));
        await wait.CancelAsync();
        await ((Task)signal).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        signals.TryRead(out _);
        stop.ThrowIfCancellationRequested();
    }

    private static FeedPlace? After(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"] is [{ Length: > 0 } header, ..] ? header : QueryValues.Text(request, "after");
        if (text is null) return null;
        var parts = text.Split('-');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new FeedPlace(epoch, number)
            : throw new ProblemException(ProblemCode.InvalidCursor);
    }

    private static void Write(IBufferWriter<byte> output, FeedRow row)
    {
        output.Write("event: membership\nid: "u8);
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{row.Place.Epoch}-{row.Place.Number}"), output);
        output.Write("\ndata: "u8);
        output.Write(row.Body.Span);
        output.Write("\n\n"u8);
    }
}
