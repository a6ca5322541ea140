using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Cdp.Api;
using Cdp.Core.Webhooks;

namespace Cdp.Hosting.Delivery;

/// <summary>
/// Sends to one endpoint, over connections of its own: none is shared with an endpoint that may reach other addresses, and one that hangs holds up no other.
/// Redirects are not followed; cookies, proxies and the environment's credentials are not used; certificates are checked.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>Bytes of a body: 64 KiB.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    /// <summary>Bytes of an answer that are read, and thrown away: 64 KiB.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly WebhookEndpoint _endpoint;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;
    private int _users = 1;

    /// <summary>Makes it; nothing is connected yet.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="rules">The addresses that may be reached now.</param>
    /// <param name="resolve">Looks names up.</param>
    /// <param name="clock">The clock of time limits and time stamps.</param>
    public WebhookSender(WebhookEndpoint endpoint, Func<AddressRules> rules, HostResolver resolve, TimeProvider clock)
    {
        (_endpoint, _clock) = (endpoint, clock);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = new GuardedConnection(rules, endpoint.AllowPrivate, resolve).ConnectAsync,
            // Else a connection to an address that swallows packets is waited for after its attempt has ended, in the way of the next ones.
            ConnectTimeout = endpoint.Timeout,
            MaxResponseDrainSize = 0,
            MaxResponseHeadersLength = 16,
            // A name is looked up anew, and its addresses judged anew, at least so often.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The endpoint.</summary>
    public WebhookEndpoint Endpoint => _endpoint;

    /// <summary>Says that one more attempt uses it. Each user, its maker among them, ends with <see cref="Dispose"/>.</summary>
    public WebhookSender Use()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    /// <summary>Makes one attempt.</summary>
    /// <param name="secrets">What it is signed with.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="body">The message.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="OperationCanceledException">It was ended by <paramref name="stop"/>.</exception>
    public async Task<WebhookAnswer> SendAsync(WebhookSecrets secrets, string id, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        if (body.Length > MaxBodyBytes) return WebhookAnswer.None(WebhookCodes.BodyTooLarge);
        using var limit = new CancellationTokenSource(_endpoint.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        using var request = Request(secrets, id, body);
        WebhookAnswer? answer = null;
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            answer = WebhookAnswer.Of((int)response.StatusCode, RetryAfter(response.Headers.RetryAfter));
            await ReadAwayAsync(response.Content, either.Token);
            return answer.Value;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Broken(WebhookCodes.Timeout);
        }
        catch (HttpRequestException error)
        {
            return Broken(CodeOf(error));
        }
        catch (IOException)
        {
            return Broken(WebhookCodes.Connection);
        }

        // A refusal stands, however its body ended; a success does not, for the receiver may have failed in the middle of it.
        WebhookAnswer Broken(string code) => answer is { Code: not null } refusal ? refusal : new(answer?.HttpStatus, code, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) == 0) _client.Dispose();
    }

    private HttpRequestMessage Request(WebhookSecrets secrets, string id, ReadOnlyMemory<byte> body)
    {
        var now = _clock.GetUtcNow();
        var timestamp = now.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint.Url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(body),
        };
        request.Content.Headers.ContentType = Json;
        var headers = request.Headers;
        headers.TryAddWithoutValidation("user-agent", "Cdp.Grains/" + CdpApi.Version);
        headers.TryAddWithoutValidation("webhook-id", id);
        headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Sign(secrets.ValidAt(now.ToUnixTimeMilliseconds()), id, timestamp, body.Span));
        foreach (var (name, value) in _endpoint.Headers)
        {
            if (!headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header?.Delta ?? header?.Date - _clock.GetUtcNow();

    private static async Task ReadAwayAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(4_096);
        try
        {
            var left = MaxAnswerBytes;
            while (left > 0 && await stream.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancellationToken) is > 0 and var read) left -= read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string CodeOf(HttpRequestException error) => error switch
    {
        { InnerException: NoConnectionException none } => none.Code,
        { HttpRequestError: HttpRequestError.SecureConnectionError } => WebhookCodes.Tls,
        _ => WebhookCodes.Connection,
    };
}
