using Cdp.Api.Http;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cdp.Api.Profiles;

/// <summary>Reads how a caller names a profile. A wrong reference is explained, but never repeated: it may be personal data.</summary>
internal static class ProfileRefs
{
    private const string Prefix = "/v1/profiles/";

    /// <summary>The reference in the path.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static ProfileRef FromPath(HttpContext context, IdentityRules rules) => Parse(rules, PathText(context));

    /// <summary>The reference in <c>?ref=</c>.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static ProfileRef FromQuery(HttpContext context, IdentityRules rules)
    {
        var text = QueryValues.Text(context.Request, "ref") ?? throw new ProblemException(ProblemCode.InvalidRef, ProfileRef.Hint);

        // An unescaped '+' of a phone number arrives as a space.
        if (text.StartsWith("phone: ", StringComparison.Ordinal)) text = string.Concat("phone:+", text.AsSpan(7));
        return Parse(rules, text);
    }

    private static ProfileRef Parse(IdentityRules rules, string text) =>
        ProfileRef.TryParse(rules, text, out var profile, out var why) ? profile : throw new ProblemException(ProblemCode.InvalidRef, why);

    // The decoded path cannot tell %2F from %252F, so the reference is taken out of what the client sent.
    private static string PathText(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (target is null || !target.StartsWith(Prefix, StringComparison.Ordinal)) return context.Request.RouteValues["ref"] as string ?? "";
        var text = target.AsSpan(Prefix.Length);
        var end = text.IndexOfAny('/', '?');
        if (end >= 0) text = text[..end];
        return text.Contains('%') ? Uri.UnescapeDataString(text) : text.ToString();
    }
}
