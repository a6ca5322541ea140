using System.Diagnostics.CodeAnalysis;
using Cdp.Core.Identity;

namespace Cdp.Core.Grid;

/// <summary>How a caller names a profile: by persistent id or by any of its identifiers. Exactly one of the two is set.</summary>
/// <param name="Id">The persistent id; an absorbed one answers with its survivor.</param>
/// <param name="Identifier">A normalised identifier.</param>
public readonly record struct ProfileRef(CustomerId? Id, Identifier? Identifier)
{
    /// <summary>What a reference looks like, for whoever sent something else.</summary>
    public const string Hint = "Name a profile by its id (a UUID) or as type:value, such as email:a%40b.com; escape it, or send it as ?ref=.";

    /// <summary>Reads a reference: a profile id or <c>type:value</c>, which is normalised as in events.</summary>
    /// <param name="rules">The workspace's rules.</param>
    /// <param name="text">The reference, not escaped.</param>
    /// <param name="profile">The reference that was read.</param>
    /// <param name="why">What is wrong with it, without repeating it: it may be personal data. Null when nothing is.</param>
    /// <returns>True when it is a reference.</returns>
    public static bool TryParse(IdentityRules rules, string text, out ProfileRef profile, [NotNullWhen(false)] out string? why)
    {
        profile = default;
        why = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            if (Guid.TryParseExact(text, "D", out var id))
            {
                profile = new ProfileRef(new CustomerId(id), null);
                return true;
            }

            why = Hint;
            return false;
        }

        if (colon is 0 or > 64 || colon == text.Length - 1)
        {
            why = Hint;
            return false;
        }

        if (!IdentifierNormalizer.TryNormalize(rules, text[..colon], text[(colon + 1)..], out var identifier, out var reason))
        {
            why = reason is null ? Hint : $"The value is no identifier of that type: {reason.Code}.";
            return false;
        }

        profile = new ProfileRef(null, identifier);
        return true;
    }
}
