using System.Buffers.Binary;
using Cdp.Core.Identity;

namespace Cdp.Core.Journal.Index;

/// <summary>The order in which customers are sampled: by the last eight bytes of the id, which are random in a UUIDv7 (RFC 9562, section 5.7).</summary>
public static class SampleKeys
{
    /// <summary>The key of a customer.</summary>
    /// <param name="customer">The customer.</param>
    /// <returns>The last eight bytes of its UUID, big-endian. The upper two bits are the UUID's variant: 10.</returns>
    public static ulong Of(CustomerId customer)
    {
        Span<byte> bytes = stackalloc byte[16];
        customer.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
    }
}
