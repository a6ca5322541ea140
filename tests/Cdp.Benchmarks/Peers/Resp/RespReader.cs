using System.Buffers.Text;
using System.Text;

namespace Cdp.Benchmarks.Peers.Resp;

/// <summary>Reads whole RESP2 replies in place.</summary>
internal ref struct RespReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Moves behind one reply if all of it is there; otherwise <paramref name="at"/> may have moved and is of no use.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> bytes, ref int at)
    {
        var line = bytes[at..].IndexOf("\r\n"u8);
        if (line < 0) return false;
        var kind = bytes[at];
        var number = kind is (byte)'$' or (byte)'*' ? Number(bytes.Slice(at + 1, line - 1)) : 0;
        at += line + 2;
        if (kind == '$' && number >= 0) at += number + 2;
        else if (kind == '*')
        {
            for (var i = 0; i < number; i++)
            {
                if (at >= bytes.Length || !TrySkip(bytes, ref at)) return false;
            }
        }

        return at <= bytes.Length;
    }

    /// <summary>Reads a bulk string; false when it is nil.</summary>
    public bool TryReadBulk(out ReadOnlySpan<byte> value)
    {
        var length = ReadNumber((byte)'$');
        value = default;
        if (length < 0) return false;
        value = _rest[..length];
        _rest = _rest[(length + 2)..];
        return true;
    }

    public ReadOnlySpan<byte> ReadBulk() => TryReadBulk(out var value) ? value : throw new RespException("A value is missing.");

    /// <summary>Reads the head of an array.</summary>
    /// <returns>How many replies follow.</returns>
    public int ReadArray() => ReadNumber((byte)'*');

    /// <summary>Reads a status or an integer; only errors matter.</summary>
    public void ReadDone()
    {
        var line = Line();
        if (line[0] == '-') throw new RespException($"Redis refused a command: {Encoding.UTF8.GetString(line[1..])}");
    }

    private int ReadNumber(byte kind)
    {
        var line = Line();
        return line[0] == kind ? Number(line[1..]) : throw new RespException($"Redis answered with {Encoding.UTF8.GetString(line[..1])}.");
    }

    private ReadOnlySpan<byte> Line()
    {
        var end = _rest.IndexOf("\r\n"u8);
        var line = _rest[..end];
        _rest = _rest[(end + 2)..];
        return line;
    }

    private static int Number(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out int number, out var used) && used == digits.Length ? number : throw new RespException("Not RESP.");
}
