using System.Globalization;
using System.Numerics;
using System.Text;

namespace Cdp.Core.Traits;

/// <summary>
/// A decimal number without rounding: <c>Unscaled × 10^-Scale</c>, in lowest terms, so that sums are the same in any order and equal numbers are equal.
/// </summary>
/// <param name="Unscaled">The digits; no multiple of 10 but 0.</param>
/// <param name="Scale">Decimals; negative for trailing zeros.</param>
public readonly record struct ExactNumber(BigInteger Unscaled, int Scale) : IComparable<ExactNumber>
{
    /// <summary>Digits and power of ten of a number that is read; all that JavaScript writes is far inside. Beyond it is no number for our purposes.</summary>
    private const int MaxDigits = 100;

    private const int MaxExponent = 400;
    private const int MaxPlainDigits = 21;

    /// <summary>Nothing.</summary>
    public static ExactNumber Zero { get; } = new(BigInteger.Zero, 0);

    /// <summary>Adds two numbers.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The exact sum.</returns>
    public static ExactNumber operator +(ExactNumber left, ExactNumber right)
    {
        var scale = Math.Max(left.Scale, right.Scale);
        return Lowest(left.At(scale) + right.At(scale), scale);
    }

    /// <summary>Adds two numbers.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The exact sum.</returns>
    public static ExactNumber Add(ExactNumber left, ExactNumber right) => left + right;

    /// <summary>Takes one number off another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The exact difference.</returns>
    public static ExactNumber operator -(ExactNumber left, ExactNumber right) => left + new ExactNumber(-right.Unscaled, right.Scale);

    /// <summary>Takes one number off another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The exact difference.</returns>
    public static ExactNumber Subtract(ExactNumber left, ExactNumber right) => left - right;

    /// <summary>Reads a JSON number.</summary>
    /// <param name="json">A syntactically valid JSON number (UTF-8), or anything else.</param>
    /// <param name="number">The number.</param>
    /// <returns>False when it is none, or has more than 100 digits or a power of ten beyond 400.</returns>
    public static bool TryParse(ReadOnlySpan<byte> json, out ExactNumber number) => TryParse(json, MaxDigits, MaxExponent, out number);

    /// <summary>Reads a number of any length that <see cref="ToString"/> wrote.</summary>
    internal static ExactNumber Parse(ReadOnlySpan<byte> json) =>
        TryParse(json, json.Length, int.MaxValue, out var number) ? number : throw new FormatException("A sum is no number.");

    private static bool TryParse(ReadOnlySpan<byte> json, int maxDigits, int maxExponent, out ExactNumber number)
    {
        number = Zero;
        if (json.IsEmpty || (json[0] != (byte)'-' && !char.IsAsciiDigit((char)json[0]))) return false;
        var exponentAt = json.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = exponentAt < 0 ? json : json[..exponentAt];
        var exponent = 0;
        if (exponentAt >= 0 && !int.TryParse(json[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)) return false;
        if (mantissa.Length > maxDigits + 2 || Math.Abs((long)exponent) > maxExponent) return false;
        Span<char> digits = mantissa.Length <= MaxDigits + 2 ? stackalloc char[MaxDigits + 2] : new char[mantissa.Length];
        var (count, decimals, seenPoint) = (0, 0, false);
        foreach (var c in mantissa)
        {
            if (c == (byte)'.')
            {
                seenPoint = true;
                continue;
            }

            digits[count++] = (char)c;
            if (seenPoint) decimals++;
        }

        if (!BigInteger.TryParse(digits[..count], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unscaled)) return false;
        number = Lowest(unscaled, decimals - exponent);
        return true;
    }

#pragma warning disable CS1591 // The comparison operators say what their names say.
    public static bool operator <(ExactNumber left, ExactNumber right) => left.CompareTo(right) < 0;
    public static bool operator <=(ExactNumber left, ExactNumber right) => left.CompareTo(right) <= 0;
    public static bool operator >(ExactNumber left, ExactNumber right) => left.CompareTo(right) > 0;
    public static bool operator >=(ExactNumber left, ExactNumber right) => left.CompareTo(right) >= 0;
#pragma warning restore CS1591

    /// <inheritdoc/>
    public int CompareTo(ExactNumber other)
    {
        var scale = Math.Max(Scale, other.Scale);
        return At(scale).CompareTo(other.At(scale));
    }

    /// <summary>Writes it as a JSON number, plain where that is short.</summary>
    /// <returns>ASCII.</returns>
    public override string ToString()
    {
        var digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture);
        var sign = Unscaled.Sign < 0 ? "-" : "";
        if (Scale <= 0 && digits.Length - Scale <= MaxPlainDigits) return sign + digits + new string('0', -Scale);
        if (Scale is > 0 and <= MaxPlainDigits)
        {
            var padded = digits.PadLeft(Scale + 1, '0');
            return $"{sign}{padded[..^Scale]}.{padded[^Scale..]}";
        }

        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits}e{-Scale}");
    }

    /// <summary>Writes it as a JSON number.</summary>
    /// <returns>UTF-8.</returns>
    public byte[] ToUtf8() => Encoding.ASCII.GetBytes(ToString());

    private BigInteger At(int scale) => scale == Scale ? Unscaled : Unscaled * BigInteger.Pow(10, scale - Scale);

    private static ExactNumber Lowest(BigInteger unscaled, int scale)
    {
        if (unscaled.IsZero) return Zero;
        while (true)
        {
            var (quotient, remainder) = BigInteger.DivRem(unscaled, 10);
            if (!remainder.IsZero) return new(unscaled, scale);
            (unscaled, scale) = (quotient, scale - 1);
        }
    }
}
