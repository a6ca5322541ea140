namespace Cdp.Core.Identity;

/// <summary>One raw identifier of a person or a device, normalised: what an event carries and what exactly one customer owns.</summary>
/// <param name="Type">The configured type, such as <c>user_id</c>, <c>email</c> or <c>anonymous_id</c>.</param>
/// <param name="Value">The normalised value, 1 to 512 characters.</param>
public readonly record struct Identifier(string Type, string Value) : IComparable<Identifier>
{
    /// <summary>The form <c>type:value</c> that the HTTP contract uses. Personal data: never log it; <see cref="ToString"/> is safe to log.</summary>
    public string Ref => string.Concat(Type, ":", Value);

    /// <summary>Orders by type, then value, both ordinal.</summary>
    /// <param name="other">What to compare with.</param>
    /// <returns>Below zero, zero or above zero, as usual.</returns>
    public int CompareTo(Identifier other)
    {
        var byType = string.CompareOrdinal(Type, other.Type);
        return byType != 0 ? byType : string.CompareOrdinal(Value, other.Value);
    }

    /// <summary>The type alone: a value is personal data and must not reach logs or exception messages by accident.</summary>
    /// <returns>The type and a mask.</returns>
    public override string ToString() => string.Concat(Type, ":***");
#pragma warning disable CS1591 // The comparison operators say what their names say.
    public static bool operator <(Identifier left, Identifier right) => left.CompareTo(right) < 0;
    public static bool operator <=(Identifier left, Identifier right) => left.CompareTo(right) <= 0;
    public static bool operator >(Identifier left, Identifier right) => left.CompareTo(right) > 0;
    public static bool operator >=(Identifier left, Identifier right) => left.CompareTo(right) >= 0;
#pragma warning restore CS1591
}
