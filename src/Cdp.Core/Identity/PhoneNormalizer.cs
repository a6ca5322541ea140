namespace Cdp.Core.Identity;

/// <summary>
/// Phone numbers to E.164 (ITU-T E.164): <c>+</c> and 8 to 15 digits. A number with <c>+</c> or <c>00</c> is international whatever the region; any other is
/// read as a national number of the workspace's default region. Whether a number is assigned is not checked: numbering plans change faster than releases.
/// </summary>
internal static class PhoneNormalizer
{
    private const int MinDigits = 8, MaxDigits = 15;

    /// <summary>Normalises a number.</summary>
    /// <param name="trimmed">The trimmed value.</param>
    /// <param name="defaultRegion">ISO 3166-1 alpha-2, or null.</param>
    /// <returns>The number, or null when it is none or its country is not known.</returns>
    public static string? Normalize(string trimmed, string? defaultRegion)
    {
        if (trimmed.Length > 64)
            return null;
        Span<char> buffer = stackalloc char[trimmed.Length];
        if (Digits(trimmed, buffer, out var plus) is not { } count)
            return null;
        ReadOnlySpan<char> digits = buffer[..count];
        if (!plus && digits.StartsWith("00"))
        {
            plus = true;
            digits = digits[2..];
        }

        if (plus)
            return Format("", digits);
        if (defaultRegion is null || CallingCodes.Of(defaultRegion) is not { } plan)
            return null;
        if (plan.Trunk.Length > 0 && digits.StartsWith(plan.Trunk) && digits.Length > plan.TrunkFrom)
            digits = digits[plan.Trunk.Length..];

        // The North American plan is closed: without its area code a number would come out as somebody else's.
        return plan.Code == "1" && digits.Length != 10 ? null : Format(plan.Code, digits);
    }

    private static string? Format(string code, ReadOnlySpan<char> digits)
    {
        var length = code.Length + digits.Length;
        return length is < MinDigits or > MaxDigits || (code.Length == 0 && digits[0] == '0') ? null : string.Concat("+", code, digits);
    }

    /// <summary>Takes the digits out, whatever their script's form, and drops what people write between them; null when there is anything else.</summary>
    private static int? Digits(string text, Span<char> digits, out bool plus)
    {
        var count = 0;
        plus = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsDigit(c))
            {
                digits[count++] = (char)('0' + (int)char.GetNumericValue(c));
            }
            else if (c is '+' or '＋' && count == 0 && !plus)
            {
                plus = true;
            }
            else if (c == '(' && (plus || count > 2) && text.AsSpan(i).StartsWith("(0)"))
            {
                // "+44 (0)20 …": the trunk prefix shown to people at home, never part of the international number.
                i += 2;
            }
            else if (!char.IsWhiteSpace(c) && c is not ('-' or '.' or '(' or ')' or '/' or '‐' or '‑' or '–' or '−'))
            {
                return null;
            }
        }

        return count;
    }
}
