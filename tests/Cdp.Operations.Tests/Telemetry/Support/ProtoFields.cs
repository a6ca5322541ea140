using System.Buffers.Binary;
using System.Text;

namespace Cdp.Operations.Tests.Telemetry.Support;

/// <summary>The fields of one protobuf message, by number: as much of the wire format as OTLP uses.</summary>
internal sealed class ProtoFields
{
    private readonly List<(int Number, ReadOnlyMemory<byte> Bytes, ulong Value)> _fields = [];

    public ProtoFields(ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add((number, default, Varint(ref message)));
                    break;
                case 1:
                    _fields.Add((number, default, BinaryPrimitives.ReadUInt64LittleEndian(message.Span)));
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    _fields.Add((number, message[..length], 0));
                    message = message[length..];
                    break;
                case 5:
                    _fields.Add((number, default, BinaryPrimitives.ReadUInt32LittleEndian(message.Span)));
                    message = message[4..];
                    break;
                default:
                    throw new FormatException($"Field {number} has wire type {tag & 7}.");
            }
        }
    }

    public IEnumerable<ProtoFields> Messages(int number) => _fields.Where(f => f.Number == number).Select(f => new ProtoFields(f.Bytes));

    public bool Has(int number) => _fields.Any(f => f.Number == number);

    public string Text(int number) => Encoding.UTF8.GetString(_fields.FirstOrDefault(f => f.Number == number).Bytes.Span);

    public string Hex(int number) => Convert.ToHexStringLower(_fields.FirstOrDefault(f => f.Number == number).Bytes.Span);

    public ulong Number(int number) => _fields.FirstOrDefault(f => f.Number == number).Value;

    /// <summary>The attributes in a field of key-value pairs; numbers as text.</summary>
    public Dictionary<string, string> Attributes(int number) => Messages(number).ToDictionary(
        pair => pair.Text(1), pair => pair.Messages(2).Select(v => v.Has(1) ? v.Text(1) : v.Number(3).ToString(System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault(""));

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var value = 0UL;
        for (var i = 0; ; i++)
        {
            var b = message.Span[i];
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b >= 0x80) continue;
            message = message[(i + 1)..];
            return value;
        }
    }
}
