using System.Buffers.Text;
using System.Text.Json;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Values;

/// <summary>Numbers out of JSON. Texts are no numbers: what a sender wrote in quotes is not added up.</summary>
internal static class JsonNumber
{
    /// <summary>The largest amount that is added up, either way; a larger one is passed over, so that sums stay exact.</summary>
    public const decimal MaxAmount = 1_000_000_000_000_000m;

    /// <summary>Digits behind the point that are added up.</summary>
    public const int AmountDigits = 6;

    public static bool TryRead(ReadOnlySpan<byte> json, JsonSlice slice, out decimal number)
    {
        number = 0;
        return slice.Kind == JsonTokenType.Number && Utf8Parser.TryParse(slice.In(json), out number, out var used) && used == slice.Length;
    }

    /// <summary>A number as it is added up: 6 digits behind the point, so that the order of additions makes no difference.</summary>
    public static bool TryReadAmount(ReadOnlySpan<byte> json, JsonSlice slice, out decimal amount)
    {
        if (!TryRead(json, slice, out amount) || Math.Abs(amount) > MaxAmount) return false;
        amount = Plain(Math.Round(amount, AmountDigits));
        return true;
    }

    /// <summary>The one text of a number.</summary>
    public static string Write(decimal number) => Plain(number).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The same number without zeros at the end: 1.50 and 1.5 are kept and written alike.</summary>
    public static decimal Plain(decimal number) => number / 1.000000000000000000000000000m;
}
