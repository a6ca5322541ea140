namespace Cdp.Core.Audiences.Values;

/// <summary>The comparisons of numbers.</summary>
internal enum Comparison
{
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// <summary>What comparisons mean.</summary>
internal static class Comparisons
{
    /// <summary>Whether it holds, given the sign of left compared with right.</summary>
    public static bool Holds(this Comparison comparison, int sign) => comparison switch
    {
        Comparison.Equal => sign == 0,
        Comparison.Greater => sign > 0,
        Comparison.GreaterOrEqual => sign >= 0,
        Comparison.Less => sign < 0,
        _ => sign <= 0,
    };
}
