using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Cdp.Benchmarks.Peers.Resp;

/// <summary>The raw replies to one request, in a pooled buffer. Dispose it after use.</summary>
internal readonly record struct RespReply(byte[] Buffer, int Length) : IDisposable
{
    public RespReader Read() => new(Buffer.AsSpan(0, Length));

    public void Dispose() => ArrayPool<byte>.Shared.Return(Buffer);
}

/// <summary>A request under way; pooled, so that a command allocates nothing.</summary>
internal sealed class RespCall : IValueTaskSource<RespReply>
{
    private static readonly ConcurrentQueue<RespCall> Pool = new();
    private ManualResetValueTaskSourceCore<RespReply> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>How many replies belong to it.</summary>
    public int Replies { get; private set; }

    public ValueTask<RespReply> Task => new(this, _core.Version);

    public static RespCall Rent(int replies)
    {
        if (!Pool.TryDequeue(out var call)) call = new();
        call.Replies = replies;
        return call;
    }

    public void Complete(ReadOnlySpan<byte> replies)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(replies.Length);
        replies.CopyTo(buffer);
        _core.SetResult(new(buffer, replies.Length));
    }

    public void Fail(Exception error) => _core.SetException(error);

    public RespReply GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            Pool.Enqueue(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
