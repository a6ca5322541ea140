using System.Buffers.Binary;
using System.Buffers.Text;
using Cdp.Api.Http;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Api.Profiles;

/// <summary>A place in a timeline as an opaque text: format number, time, stream and version, big-endian, in base64url.</summary>
internal static class Cursor
{
    private const byte Format = 1;
    private const int Bytes = 1 + 8 + 16 + 8;

    public static string Write(TimelinePosition position)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes[0] = Format;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], position.TimeMs);
        position.Stream.Value.TryWriteBytes(bytes[9..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[25..], position.Version);
        return Base64Url.EncodeToString(bytes);
    }

    public static TimelinePosition? Read(string? text)
    {
        if (text is null) return null;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (!TryDecode(text, bytes)) throw new ProblemException(ProblemCode.InvalidCursor, "Send the cursor of the last page as it was.");
        return new TimelinePosition(
            BinaryPrimitives.ReadInt64BigEndian(bytes[1..]),
            new CustomerId(new Guid(bytes[9..25], bigEndian: true)),
            BinaryPrimitives.ReadInt64BigEndian(bytes[25..]));
    }

    private static bool TryDecode(string text, Span<byte> bytes)
    {
        if (text.Length != Base64Url.GetEncodedLength(Bytes) || !Base64Url.IsValid(text)) return false;
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == Bytes && bytes[0] == Format;
    }
}
