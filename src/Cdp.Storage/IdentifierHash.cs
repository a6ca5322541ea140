using System.Security.Cryptography;
using System.Text;
using Cdp.Core.Identity;

namespace Cdp.Storage;

/// <summary>What stays of an erased identifier: enough to know it again, useless without the key.</summary>
internal sealed class IdentifierHash(byte[] key)
{
    public byte[] Of(Identifier identifier) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(identifier.Ref));
}
