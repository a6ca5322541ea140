using System.Net;

namespace Cdp.Benchmarks.Peers.Resp;

/// <summary>Redis over one pipelined connection that is opened anew after it was lost. What was under way then fails; nothing is sent twice.</summary>
internal sealed class RespClient(IPEndPoint address) : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private RespConnection? _connection;

    /// <summary>Sends commands; their replies come as one buffer, to be disposed of. The request may be used anew when this returns.</summary>
    /// <exception cref="RespException">Redis cannot be reached or the connection was lost: it is not known what was done.</exception>
    public ValueTask<RespReply> SendAsync(RespRequest request) =>
        _connection is { IsLost: false } connection
            ? connection.SendAsync(request)
            : throw new RespException("There is no connection to Redis.");

    /// <summary>Makes sure that there is a connection; at once when there is.</summary>
    public ValueTask ConnectAsync() => _connection is { IsLost: false } ? ValueTask.CompletedTask : new(OpenAsync());

    public void Dispose()
    {
        _connection?.Dispose();
        _opening.Dispose();
    }

    private async Task OpenAsync()
    {
        await _opening.WaitAsync();
        try
        {
            if (_connection is null or { IsLost: true }) _connection = await RespConnection.OpenAsync(address);
        }
        finally
        {
            _opening.Release();
        }
    }
}
