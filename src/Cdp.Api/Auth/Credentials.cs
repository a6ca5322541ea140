using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cdp.Api.Auth;

/// <summary>Reads the Authorization header without allocating.</summary>
internal static class Credentials
{
    private const int MaxHeaderChars = 1_024;

    // Kestrel gives a connection's requests one and the same string for the same header. Found by reference and held weakly, it saves the hash of
    // all but a connection's first request, and no key is kept for longer than its connection.
    private static readonly ConditionalWeakTable<string, Known> s_known = [];

    /// <summary>Looks the header's key up.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ring">The keys in force.</param>
    /// <param name="entry">The key; null when it is wrong or there is none.</param>
    /// <returns>True when the header names a key, be it right or wrong.</returns>
    public static bool TryReadHeader(HttpRequest request, KeyRing ring, out KeyEntry? entry)
    {
        entry = null;
        var header = request.Headers.Authorization;
        if (header.Count == 0) return false;
        if (header.Count == 1 && s_known.TryGetValue(header[0]!, out var known) && ReferenceEquals(known.Ring, ring))
        {
            entry = known.Entry;
            return true;
        }

        var named = ReadHeader(header, ring, out entry);
        if (entry is not null) s_known.AddOrUpdate(header[0]!, new Known(ring, entry));
        return named;
    }

    private static bool ReadHeader(StringValues header, KeyRing ring, out KeyEntry? entry)
    {
        entry = null;
        var text = header.Count == 1 ? header[0].AsSpan().Trim() : default;
        if (text.Length is 0 or > MaxHeaderChars) return header.Count > 1 || text.Length > 0;
        Span<byte> bytes = stackalloc byte[MaxHeaderChars];
        if (text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            var token = text[7..].Trim();
            if (Ascii.FromUtf16(token, bytes, out var length) == System.Buffers.OperationStatus.Done) entry = ring.Find(bytes[..length]);
            return true;
        }

        if (!text.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return true;
        if (!Convert.TryFromBase64Chars(text[6..].Trim(), bytes, out var written)) return true;
        var user = bytes[..written];
        var colon = user.IndexOf((byte)':');
        if (colon >= 0) user = user[..colon];
        if (user.IsEmpty) return false;
        entry = ring.Find(user);
        return true;
    }

    private sealed record Known(KeyRing Ring, KeyEntry Entry);
}
