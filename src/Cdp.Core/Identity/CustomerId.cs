namespace Cdp.Core.Identity;

/// <summary>The persistent id of a customer, which is also the name of the customer's stream in the journal.</summary>
/// <param name="Value">A UUID version 7.</param>
public readonly record struct CustomerId(Guid Value) : IComparable<CustomerId>
{
    /// <summary>Orders by the big-endian bytes of the UUID, which for version 7 is the order of creation.</summary>
    /// <param name="other">What to compare with.</param>
    /// <returns>Below zero, zero or above zero, as usual.</returns>
    public int CompareTo(CustomerId other) => Value.CompareTo(other.Value);

    /// <summary>The UUID in its usual form of 36 characters, lower case.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value.ToString("D");
#pragma warning disable CS1591 // The comparison operators say what their names say.
    public static bool operator <(CustomerId left, CustomerId right) => left.CompareTo(right) < 0;
    public static bool operator <=(CustomerId left, CustomerId right) => left.CompareTo(right) <= 0;
    public static bool operator >(CustomerId left, CustomerId right) => left.CompareTo(right) > 0;
    public static bool operator >=(CustomerId left, CustomerId right) => left.CompareTo(right) >= 0;
#pragma warning restore CS1591
}
