using Cdp.Core.Events;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Identity;

/// <summary>Brings raw identifiers into the one form that is compared and stored. Events and the refs of the HTTP API go through the same rules.</summary>
public static class IdentifierNormalizer
{
    private const int ShownChars = 32;

    /// <summary>Normalises and checks one identifier. Ids keep their case; e-mail addresses become lower case and NFC, phone numbers E.164.</summary>
    /// <param name="rules">The workspace's rules: blocked values and the default region.</param>
    /// <param name="type">The type's name; normalised as well.</param>
    /// <param name="rawValue">The value as given.</param>
    /// <param name="identifier">The identifier when it is one.</param>
    /// <param name="reason">Why it is none: blocked, too long or invalid; its <see cref="Reason.Identifier"/> is for the caller only.</param>
    /// <returns>True when it is an identifier. Normalising it again gives the same one.</returns>
    public static bool TryNormalize(IdentityRules rules, string type, string rawValue, out Identifier identifier, out Reason? reason)
    {
        identifier = default;
        if (!IdentifierNames.TryNormalize(type, out var name))
        {
            reason = new(ReasonCodes.IdentifierInvalid, Show(type.Trim(), rawValue.Trim()), "the type is not a name of 1 to 64 of a-z 0-9 _ . -");
            return false;
        }

        var value = rawValue.Trim();
        reason = Check(rules, name, value);
        if (reason is not null)
            return false;

        var kind = rules.TypeOf(name);
        if (!kind.IsUsed)
        {
            reason = new(ReasonCodes.TypeNotUsed, Show(name, value));
            return false;
        }

        var normal = kind.Normalizer switch
        {
            Normalizer.Email => EmailNormalizer.Normalize(value),
            Normalizer.Phone => PhoneNormalizer.Normalize(value, rules.DefaultRegion),
            Normalizer.Lower => Nfc.Compose(Nfc.Compose(value).ToLowerInvariant()),
            _ => value,
        };
        if (normal is null)
        {
            reason = new(ReasonCodes.IdentifierInvalid, Show(name, value), InvalidDetail(kind.Normalizer, rules));
            return false;
        }

        // A pattern may be written against the normal form, and composing can lengthen a text.
        if (!ReferenceEquals(normal, value) && (reason = Check(rules, name, normal)) is not null)
            return false;
        identifier = new(kind.Namespace ?? name, normal);
        return true;
    }

    /// <summary>The checks that hold for every type.</summary>
    internal static Reason? Check(IdentityRules rules, string type, string value)
    {
        if (value.Length > EventLimits.MaxIdentifierChars)
            return new(ReasonCodes.IdentifierTooLong, Show(type, value));
        if (HasControl(value))
            return new(ReasonCodes.IdentifierInvalid, Show(type, value), "control characters");
        return rules.Blocked.Contains(type, value) ? new(ReasonCodes.IdentifierBlocked, Show(type, value)) : null;
    }

    /// <summary>The form <c>type:value</c> for the caller, cut when the value is over-long.</summary>
    internal static string Show(string type, string value) => string.Concat(
        JsonText.Cut(type, 64), ":", value.Length > EventLimits.MaxIdentifierChars ? JsonText.Cut(value, ShownChars) + "…" : value);

    private static bool HasControl(string value)
    {
        foreach (var c in value)
        {
            if (char.IsControl(c))
                return true;
        }

        return false;
    }

    private static string InvalidDetail(Normalizer normalizer, IdentityRules rules) => normalizer switch
    {
        Normalizer.Email => "not an e-mail address",
        _ when rules.DefaultRegion is null => "not an international phone number, and the workspace has no default region",
        _ => "not a phone number",
    };
}
