using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Cdp.Api.Auth;

/// <summary>The SHA-256 of a key. Keys are looked up by it, so that no comparison ever depends on how much of a key was right.</summary>
internal readonly record struct KeyDigest(ulong A, ulong B, ulong C, ulong D)
{
    public static KeyDigest Of(ReadOnlySpan<byte> key)
    {
        Span<ulong> hash = stackalloc ulong[4];
        SHA256.HashData(key, MemoryMarshal.AsBytes(hash));
        return new KeyDigest(hash[0], hash[1], hash[2], hash[3]);
    }

    /// <summary>The first 8 hexadecimal digits: enough to tell the keys of a configuration apart, and nothing to guess a key from.</summary>
    public string Prefix => BinaryPrimitives.ReverseEndianness(A).ToString("x16", CultureInfo.InvariantCulture)[..8];

    public override int GetHashCode() => (int)A;
}
