using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Http;

/// <summary>One server under one key.</summary>
internal sealed class CdpServer : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly string _key;

    public CdpServer(Uri url, string key)
    {
        _url = url;
        _key = key;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = url,
            Timeout = TimeSpan.FromSeconds(100),
        };
        // The form that takes both kinds of keys: an API key may come as Basic user name as well, a write key must.
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        _http.DefaultRequestHeaders.UserAgent.ParseAdd($"cdp-cli/{typeof(CdpServer).Assembly.GetName().Version?.ToString(3)}");
    }

    /// <summary>Names server and key in a checkpoint without telling the key.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_url}\n{_key}")).AsSpan(..8));

    /// <summary>The address without user, password and query: fit for messages.</summary>
    public string Name => _url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.Unescaped).TrimEnd('/');

    /// <summary>Sends as it is. Answers of any status come back; only a lost connection or a timeout throws.</summary>
    /// <exception cref="HttpRequestException">No connection, or it was lost.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, bool stream, CancellationToken cancellationToken,
        Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        headers?.Invoke(request.Headers);
        return await _http.SendAsync(request, stream ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, cancellationToken);
    }

    /// <summary>Like <see cref="SendAsync"/>, for verbs that do not retry: no connection ends the command.</summary>
    public async Task<HttpResponseMessage> CallAsync(
        HttpMethod method, string path, CancellationToken cancellationToken, HttpContent? content = null, bool stream = false, Action<HttpRequestHeaders>? headers = null)
    {
        try
        {
            return await SendAsync(method, path, content, stream, cancellationToken, headers);
        }
        catch (HttpRequestException e)
        {
            throw new UnreachableException($"cannot reach {Name}: {Reason(e)}. Is the server running (./cdp run), and is --url right?");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnreachableException($"{Name} did not answer in time.");
        }
    }

    /// <summary>Why a connection failed, in a few words.</summary>
    public static string Reason(Exception e) => e switch
    {
        HttpRequestException { InnerException: SocketException s } => s.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the host name is not known",
            var other => $"{other}",
        },
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } h => $"{h.HttpRequestError}",
        OperationCanceledException => "no answer in time",
        _ => "the connection was lost",
    };

    public void Dispose() => _http.Dispose();
}
