using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

/// <summary>Names one merge: the record in the survivor's stream that says so. Opaque to callers.</summary>
/// <param name="Survivor">Who absorbed somebody.</param>
/// <param name="Version">The version of its <c>Absorbed</c>.</param>
public readonly record struct MergeId(CustomerId Survivor, long Version)
{
    private const int GuidLength = 36;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The id that was read.</param>
    /// <returns>False when it is no merge id.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out MergeId id)
    {
        id = default;
        if (text is not { Length: > GuidLength + 1 } || text[GuidLength] != '-') return false;
        if (!Guid.TryParseExact(text.AsSpan(0, GuidLength), "D", out var survivor)) return false;
        if (!long.TryParse(text.AsSpan(GuidLength + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version < 1) return false;
        id = new(new(survivor), version);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Survivor.Value:D}-{Version}");
}
