using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Cdp.Benchmarks.Peers.Resp;

/// <summary>
/// One pipelined connection to Redis, shared by all callers: requests that come while others are being sent go out together, and replies are matched
/// by their order. Once it is lost, every call under way and every later one fails.
/// </summary>
internal sealed class RespConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Lock _gate = new();
    private readonly Queue<RespCall> _calls = new();
    private ArrayBufferWriter<byte> _pending = new(64 * 1024);
    private ArrayBufferWriter<byte> _sending = new(64 * 1024);
    private bool _isSending;
    private RespException? _lost;

    private RespConnection(Socket socket) => _socket = socket;

    public bool IsLost => Volatile.Read(ref _lost) is not null;

    public static async Task<RespConnection> OpenAsync(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new RespException("Redis cannot be reached.", e);
        }

        var connection = new RespConnection(socket);
        _ = connection.ReceiveAsync();
        return connection;
    }

    /// <summary>Sends commands; their replies come as one buffer. The request may be used anew when this returns.</summary>
    public ValueTask<RespReply> SendAsync(RespRequest request)
    {
        var call = RespCall.Rent(request.Commands);
        var task = call.Task;
        var starts = false;
        lock (_gate)
        {
            if (_lost is not null)
            {
                call.Fail(_lost);
                return task;
            }

            _pending.Write(request.Bytes);
            _calls.Enqueue(call);
            if (!_isSending) starts = _isSending = true;
        }

        if (starts) _ = FlushAsync();
        return task;
    }

    public void Dispose() => Lose(new RespException("The connection was closed."));

    private async Task FlushAsync()
    {
        // Whoever is about to send on this processor shares the system call.
        await Task.Yield();
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    _sending.ResetWrittenCount();
                    if (_pending.WrittenCount == 0)
                    {
                        _isSending = false;
                        return;
                    }

                    (_pending, _sending) = (_sending, _pending);
                }

                for (var rest = _sending.WrittenMemory; rest.Length > 0;) rest = rest[await _socket.SendAsync(rest)..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Lose(new RespException("The connection to Redis was lost.", e));
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[256 * 1024];
        var length = 0;
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveAsync(buffer.AsMemory(length));
                if (read == 0) throw new SocketException((int)SocketError.ConnectionReset);
                length += read;
                var used = Complete(buffer.AsSpan(0, length));
                buffer.AsSpan(used, length - used).CopyTo(buffer);
                length -= used;
                if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or RespException)
        {
            Lose(new RespException("The connection to Redis was lost.", e));
        }
    }

    /// <summary>Completes every call whose replies are all there and returns how many bytes they took.</summary>
    private int Complete(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        while (used < bytes.Length)
        {
            RespCall? call;
            lock (_gate)
            {
                if (!_calls.TryPeek(out call)) return used;
            }

            var at = used;
            for (var reply = 0; reply < call.Replies; reply++)
            {
                if (at >= bytes.Length || !RespReader.TrySkip(bytes, ref at)) return used;
            }

            lock (_gate)
            {
                // The sender may have lost the connection, and failed the call, in the meantime.
                if (!_calls.TryDequeue(out _)) return used;
            }

            call.Complete(bytes[used..at]);
            used = at;
        }

        return used;
    }

    private void Lose(RespException error)
    {
        RespCall[] failed;
        lock (_gate)
        {
            if (_lost is not null) return;
            _lost = error;
            failed = [.. _calls];
            _calls.Clear();
        }

        _socket.Dispose();
        foreach (var call in failed) call.Fail(error);
    }
}
