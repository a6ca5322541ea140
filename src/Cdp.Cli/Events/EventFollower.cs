using System.Net;
using System.Net.ServerSentEvents;
using Cdp.Cli.Http;
using Cdp.Cli.Import.Sending;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Events;

/// <summary>Looks for new events whenever the profile's stream says that it changed; connects again when the stream breaks.</summary>
internal sealed class EventFollower(CdpServer server, CliHost host, EventFeed feed)
{
    private readonly RetryPolicy _retry = new(host.Time, host.Jitter);

    /// <summary>Ends by cancellation, without an error, or when the profile is erased.</summary>
    public async Task RunAsync(int count, CancellationToken cancellationToken)
    {
        try
        {
            await feed.ShowAsync(count, cancellationToken);
            for (var attempt = 0; ; attempt++)
            {
                if (await ReadAsync(cancellationToken)) attempt = 0;
                await host.WaitAsync(_retry.Delay(attempt, null), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl+C is how following ends.
        }
    }

    /// <summary>Reads one connection to its end; true when it brought something.</summary>
    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var any = false;
        try
        {
            using var response = await server.SendAsync(HttpMethod.Get, feed.StreamPath, null, stream: true, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound) throw CliException.Problem("the profile is gone.");
            if (RetryPolicy.IsTransient(response.StatusCode)) return false;
            if (!response.IsSuccessStatusCode) throw (await Problem.ReadAsync(response, cancellationToken)).ToError("events");
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            // The first message is the present state: it shows what came between the first look and this connection.
            await foreach (var _ in SseParser.Create(body, static (_, _) => 0).EnumerateAsync(cancellationToken))
            {
                any = true;
                await feed.ShowNewsAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnreachableException)
        {
            // The server restarts: it is asked again.
        }

        return any;
    }
}
