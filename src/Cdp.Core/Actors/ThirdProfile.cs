using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cdp.Core.Identity;

namespace Cdp.Core.Actors;

/// <summary>The third profile that owns a shared identifier: whoever shares it comes to the same one.</summary>
internal static class ThirdProfile
{
    /// <summary>The id of the third profile of an identifier.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="generation">0, or one more than that of a third profile that was erased: a stream that has ended takes nothing any more.</param>
    /// <returns>A UUID version 8 (RFC 9562): SHA-256 of all three.</returns>
    public static CustomerId IdOf(string workspace, Identifier identifier, int generation)
    {
        // NUL stands in none of them.
        var text = Encoding.UTF8.GetBytes($"{workspace}\0{identifier.Type}\0{identifier.Value}\0");
        Span<byte> hashed = stackalloc byte[text.Length + sizeof(int)];
        text.CopyTo(hashed);
        BinaryPrimitives.WriteInt32BigEndian(hashed[text.Length..], generation);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(hashed, hash);
        hash[6] = (byte)(0x80 | (hash[6] & 0x0F));
        hash[8] = (byte)(0x80 | (hash[8] & 0x3F));
        return new(new Guid(hash[..16], bigEndian: true));
    }
}
