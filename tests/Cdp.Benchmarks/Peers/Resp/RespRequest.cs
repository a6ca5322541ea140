using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Cdp.Benchmarks.Peers.Resp;

/// <summary>One or several commands in the wire form of RESP2, to be sent in one piece.</summary>
internal sealed class RespRequest
{
    [ThreadStatic] private static RespRequest? _ofThread;
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>How many replies will come.</summary>
    public int Commands { get; private set; }

    /// <summary>This thread's own, empty. Fill and send it before anything is awaited.</summary>
    public static RespRequest OfThread()
    {
        var request = _ofThread ??= new();
        request._bytes.ResetWrittenCount();
        request.Commands = 0;
        return request;
    }

    /// <summary>Begins a command of so many parts, its name included.</summary>
    public RespRequest Command(int parts)
    {
        Commands++;
        return Head((byte)'*', parts);
    }

    public RespRequest Part(ReadOnlySpan<byte> value)
    {
        Head((byte)'$', value.Length);
        _bytes.Write(value);
        _bytes.Write("\r\n"u8);
        return this;
    }

    public RespRequest Part(string value, ReadOnlySpan<byte> prefix = default)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Head((byte)'$', prefix.Length + length);
        _bytes.Write(prefix);
        _bytes.Advance(Encoding.UTF8.GetBytes(value, _bytes.GetSpan(length)));
        _bytes.Write("\r\n"u8);
        return this;
    }

    private RespRequest Head(byte kind, int number)
    {
        var span = _bytes.GetSpan(16);
        span[0] = kind;
        Utf8Formatter.TryFormat(number, span[1..], out var digits);
        "\r\n"u8.CopyTo(span[(1 + digits)..]);
        _bytes.Advance(digits + 3);
        return this;
    }
}
