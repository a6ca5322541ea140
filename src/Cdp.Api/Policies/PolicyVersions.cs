using System.Globalization;
using Cdp.Api.Http;
using Microsoft.Extensions.Primitives;

namespace Cdp.Api.Policies;

/// <summary>Versions as entity tags: <c>"3"</c>; <c>"0"</c> while nothing was ever stored.</summary>
internal static class PolicyVersions
{
    public static string ETag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version that a write expects.</summary>
    /// <returns>Null when it expects none: there is no <c>If-Match</c>, or it is <c>*</c>.</returns>
    /// <exception cref="ProblemException">It is not one version.</exception>
    public static long? IfMatch(StringValues header)
    {
        if (header.Count == 0 || header.ToString() is "*") return null;
        var tag = header.ToString().AsSpan().Trim();
        if (tag.Length > 2 && tag[0] == '"' && tag[^1] == '"') tag = tag[1..^1];
        return long.TryParse(tag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new ProblemException(ProblemCode.InvalidParameter, "If-Match is one version, such as \"3\".");
    }
}
