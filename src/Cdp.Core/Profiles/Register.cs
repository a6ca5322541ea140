namespace Cdp.Core.Profiles;

/// <summary>A last-writer-wins register: a value with the origin that decides. Joining two is commutative, associative and idempotent.</summary>
/// <param name="Value">The value; for a trait, JSON in UTF-8, or null when the trait was removed at that time.</param>
/// <param name="Origin">Where it came from.</param>
/// <typeparam name="T">The value's type.</typeparam>
public readonly record struct Register<T>(T Value, Origin Origin)
{
    /// <summary>The later of two registers, either of which may be missing.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The one whose origin is greater; null only when both are.</returns>
    public static Register<T>? Latest(Register<T>? left, Register<T>? right) =>
        left is null ? right : right is null || right.Value.Origin <= left.Value.Origin ? left : right;

    /// <summary>The earlier of two registers, either of which may be missing.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The one whose origin is smaller; null only when both are.</returns>
    public static Register<T>? Earliest(Register<T>? left, Register<T>? right) =>
        left is null ? right : right is null || right.Value.Origin >= left.Value.Origin ? left : right;
}
