namespace Cdp.Core.Identity;

/// <summary>
/// E-mail addresses: lower case and NFC. The part before the @ is lowered too; RFC 5321 lets a host tell it apart by case, but none of note does, and two
/// spellings of one address would be two people.
/// </summary>
internal static class EmailNormalizer
{
    /// <summary>Normalises an address.</summary>
    /// <param name="trimmed">The trimmed value.</param>
    /// <returns>The address, or null when it does not look like one: one @, something before and after it, no white space.</returns>
    public static string? Normalize(string trimmed)
    {
        var at = trimmed.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || at == trimmed.Length - 1 || trimmed.IndexOf('@', at + 1) >= 0 || HasWhiteSpace(trimmed))
            return null;

        // Composed before lowering as well: İ as one character and as I with a dot above must come out the same.
        return Nfc.Compose(Nfc.Compose(trimmed).ToLowerInvariant());
    }

    private static bool HasWhiteSpace(string text)
    {
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
                return true;
        }

        return false;
    }
}
