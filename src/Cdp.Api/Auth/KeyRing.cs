using System.Collections.Frozen;
using System.Text;

namespace Cdp.Api.Auth;

/// <summary>All keys of all workspaces, by hash.</summary>
internal sealed class KeyRing(IEnumerable<KeyEntry> entries)
{
    public const int MaxKeyBytes = 256;

    private readonly FrozenDictionary<KeyDigest, KeyEntry> _entries = entries.ToFrozenDictionary(e => e.Digest);

    public IEnumerable<KeyDigest> Digests => _entries.Keys;

    public KeyEntry? Find(ReadOnlySpan<byte> key) =>
        key.Length is > 0 and <= MaxKeyBytes ? _entries.GetValueOrDefault(KeyDigest.Of(key)) : null;

    public KeyEntry? Find(string? key)
    {
        if (key is null || key.Length is 0 or > MaxKeyBytes) return null;
        Span<byte> bytes = stackalloc byte[MaxKeyBytes * 3];
        return Find(bytes[..Encoding.UTF8.GetBytes(key, bytes)]);
    }

    /// <summary>A key that came in a place that ends up in logs and pages: only write keys are taken from there.</summary>
    public KeyEntry? FindWriteKey(string? key) => Find(key) is { IsWriteKey: true } entry ? entry : null;
}
