using System.Text.Json;

namespace Cdp.Core.Traits;

/// <summary>
/// The order in which <c>max</c> and <c>min</c> compare values: false, true, then numbers by their exact value, then strings by their code units (so that ISO
/// times come in order of time), then everything else by its bytes. Total, and the same on every machine.
/// </summary>
public static class TraitOrder
{
    private const int Number = 2;
    private const int Text = 3;
    private const int Other = 4;

    /// <summary>Compares two values.</summary>
    /// <param name="left">One JSON value (UTF-8), not null.</param>
    /// <param name="right">The other.</param>
    /// <returns>Above zero when the left one is larger; zero when they are equal, which 1 and 1.0 are.</returns>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var (kind, other) = (Kind(left, out var number), Kind(right, out var otherNumber));
        if (kind != other) return kind.CompareTo(other);
        return kind switch
        {
            Number => number.CompareTo(otherNumber),
            Text => string.CompareOrdinal(String(left), String(right)),
            _ => left.SequenceCompareTo(right),
        };
    }

    private static int Kind(ReadOnlySpan<byte> json, out ExactNumber number)
    {
        number = default;
        return json[0] switch
        {
            (byte)'f' => 0,
            (byte)'t' => 1,
            (byte)'"' => Text,
            (byte)'[' or (byte)'{' => Other,
            _ => ExactNumber.TryParse(json, out number) ? Number : Other,
        };
    }

    private static string String(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.GetString()!;
    }
}
