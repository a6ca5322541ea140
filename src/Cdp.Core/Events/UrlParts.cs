namespace Cdp.Core.Events;

/// <summary>The parts of a URL that evidence needs, found without <see cref="Uri"/>: senders write much that it refuses, and it costs microseconds.</summary>
internal static class UrlParts
{
    /// <summary>The query without its question mark; empty when there is none. A bare query that starts with a question mark is taken as well.</summary>
    public static ReadOnlySpan<char> Query(ReadOnlySpan<char> url)
    {
        var hash = url.IndexOf('#');
        if (hash >= 0)
            url = url[..hash];
        var mark = url.IndexOf('?');
        return mark < 0 ? default : url[(mark + 1)..];
    }

    /// <summary>The host without user, port and leading <c>www.</c>; empty when the URL is not absolute.</summary>
    public static ReadOnlySpan<char> Host(ReadOnlySpan<char> url)
    {
        var scheme = url.IndexOf("://");
        if (scheme <= 0)
            return default;
        url = url[(scheme + 3)..];
        var end = url.IndexOfAny('/', '?', '#');
        if (end >= 0)
            url = url[..end];
        url = url[(url.LastIndexOf('@') + 1)..];
        var port = url.StartsWith("[") ? url.IndexOf(']') + 1 : url.IndexOf(':');
        if (port > 0)
            url = url[..port];
        return url.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? url[4..] : url;
    }

    /// <summary>Whether two hosts are one site: the same, or one below the other (shop.example.com and example.com).</summary>
    public static bool SameSite(ReadOnlySpan<char> a, ReadOnlySpan<char> b) => a.Length < b.Length ? Below(b, a) : Below(a, b);

    /// <summary>A query value, decoded; null when it is empty or decodes to control characters.</summary>
    public static string? Decode(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
            return null;
        var text = value.ToString();
        if (value.IndexOfAny('%', '+') >= 0)
            text = Uri.UnescapeDataString(text.Replace('+', ' '));
        return text.Any(char.IsControl) || string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private static bool Below(ReadOnlySpan<char> sub, ReadOnlySpan<char> site) =>
        sub.EndsWith(site, StringComparison.OrdinalIgnoreCase) && (sub.Length == site.Length || sub[^(site.Length + 1)] == '.');
}
