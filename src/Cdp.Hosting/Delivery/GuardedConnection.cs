using System.Net;
using System.Net.Sockets;
using Cdp.Core.Webhooks;

namespace Cdp.Hosting.Delivery;

/// <summary>Looks up the addresses of a host's name.</summary>
/// <param name="host">The name.</param>
/// <param name="cancellationToken">Ends the look-up.</param>
/// <returns>The addresses; a <see cref="SocketException"/> when there are none.</returns>
internal delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);

/// <summary>
/// Connects to addresses that may be reached and to no others. The very address that was judged is connected to: a name that answers otherwise a moment
/// later (DNS rebinding) leads nowhere else.
/// </summary>
/// <param name="rules">The rules now.</param>
/// <param name="allowPrivate">Whether the endpoint asks for addresses that are not public.</param>
/// <param name="resolve">Looks names up.</param>
internal sealed class GuardedConnection(Func<AddressRules> rules, bool allowPrivate, HostResolver resolve)
{
    private const int MaxAddresses = 8;

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var isSecure = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps;
        var reachable = await ReachableAsync(context.DnsEndPoint.Host, isSecure, cancellationToken);
        for (var i = 0; ; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(reachable[i], context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < reachable.Length)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private async Task<IPAddress[]> ReachableAsync(string host, bool isSecure, CancellationToken cancellationToken)
    {
        IPAddress[] found;
        try
        {
            found = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        }
        catch (SocketException)
        {
            found = [];
        }

        if (found.Length == 0) throw new NoConnectionException(WebhookCodes.Dns);
        var now = rules();
        IPAddress[] reachable = [.. found.Where(a => now.MayReach(a, allowPrivate, isSecure)).Take(MaxAddresses)];
        return reachable.Length > 0 ? reachable : throw new NoConnectionException(WebhookCodes.AddressRefused);
    }
}

/// <summary>There is no address to connect to.</summary>
internal sealed class NoConnectionException(string code) : IOException("There is no address to connect to.")
{
    /// <summary>Why, one of <see cref="WebhookCodes"/>.</summary>
    public string Code => code;
}
