using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Identity;

namespace Cdp.Core.Activation.Limits;

/// <summary>
/// A share of the customers to whom nothing is sent, so that the effect can be measured. Who is in it is a hash of the seed and the customer's oldest id: the lowest of its own and all that it
/// absorbed. Whichever profile survives a merge and in whatever order merges come, that id is the same, so that the older of two profiles never changes sides, and a split gives each its own back.
/// </summary>
/// <param name="Share">From 0 to 1.</param>
/// <param name="Seed">Equal seeds hold out the same customers.</param>
internal sealed record Holdout(double Share, string Seed)
{
    /// <summary>Reads <c>{"share":0.1,"seed":"autumn"}</c>.</summary>
    /// <param name="node">The holdout.</param>
    /// <param name="trigger">The trigger's id: the seed when none is given.</param>
    /// <returns>The holdout; null and noted when it is none.</returns>
    public static Holdout? Read(Node node, string trigger)
    {
        if (!node.IsObject("share", "seed")) return null;
        var share = node.Required("share", "a share from 0 to 1")?.Number(0, 1);
        var seed = node.Member("seed") is { } s ? s.Text(64) : trigger;
        return share is null || seed is null ? null : new((double)share.Value, seed);
    }

    /// <summary>Whether a customer is held out.</summary>
    /// <param name="oldest">The customer's oldest id.</param>
    /// <returns>True when nothing is to be sent.</returns>
    public bool Holds(CustomerId oldest)
    {
        Span<byte> text = stackalloc byte[16 + (64 * 4)];
        oldest.Value.TryWriteBytes(text, bigEndian: true, out _);
        var length = 16 + Encoding.UTF8.GetBytes(Seed, text[16..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);

        // 53 bits are what a double holds exactly.
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53)) < Share;
    }
}
