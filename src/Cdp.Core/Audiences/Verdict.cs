namespace Cdp.Core.Audiences;

/// <summary>Whether a customer belongs, and how long that answer stands without new traffic.</summary>
/// <param name="IsMember">Whether it belongs now.</param>
/// <param name="UntilMs">
/// Unix milliseconds of the first moment at which the answer can change by time alone, always later than the moment of the judgement;
/// <see cref="Never"/> when it cannot. At that moment it has to be judged again, and may turn out to be the same.
/// </param>
public readonly record struct Verdict(bool IsMember, long UntilMs)
{
    /// <summary>The answer does not change by time alone.</summary>
    public const long Never = long.MaxValue;

    /// <summary>True or false for good.</summary>
    public static Verdict Always(bool isMember) => new(isMember, Never);

    /// <summary>The opposite, as long.</summary>
    public Verdict Not() => this with { IsMember = !IsMember };
}
