namespace Cdp.Core.Identity;

/// <summary>Placeholder until the branch with the normaliser lands.</summary>
public static class IdentifierNormalizer
{
    /// <summary>Normalises.</summary>
    public static bool TryNormalize(IdentityRules rules, string type, string raw, out Identifier identifier, out Reason? reason)
    {
        identifier = new(type, raw.Trim());
        reason = null;
        return true;
    }
}
