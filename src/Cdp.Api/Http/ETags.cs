using Microsoft.Extensions.Primitives;

namespace Cdp.Api.Http;

/// <summary>If-None-Match: a list of tags, weak or strong, or <c>*</c>. The comparison is the weak one (RFC 9110).</summary>
internal static class ETags
{
    public static bool Matches(StringValues ifNoneMatch, string quotedTag)
    {
        for (var i = 0; i < ifNoneMatch.Count; i++)
        {
            if (Matches(ifNoneMatch[i].AsSpan(), quotedTag)) return true;
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<char> list, string quotedTag)
    {
        foreach (var range in list.Split(','))
        {
            var tag = list[range].Trim();
            if (tag.StartsWith("W/")) tag = tag[2..];
            if (tag.SequenceEqual(quotedTag) || tag is "*") return true;
        }

        return false;
    }
}
