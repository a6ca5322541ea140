using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Audiences.Model;

/// <summary>Definitions, and what happens to three parts that come together and apart. Everything follows from these numbers.</summary>
/// <param name="Definitions">The seed of the definitions.</param>
/// <param name="Steps">A seed for each step.</param>
public sealed record Scenario(int Definitions, IReadOnlyList<int> Steps)
{
    /// <summary>Scenarios, made shorter by leaving out steps.</summary>
    internal static Arbitrary<Scenario> Any { get; } = Arb.From(
        from definitions in Gen.Choose(0, int.MaxValue - 1)
        from length in Gen.Choose(4, 24)
        from steps in Gen.Choose(0, int.MaxValue - 1).ArrayOf(length)
        select new Scenario(definitions, steps),
        scenario => Enumerable.Range(0, scenario.Steps.Count).Select(i => scenario with { Steps = [.. scenario.Steps.Where((_, at) => at != i)] }));

    /// <summary>So that a failure prints what repeats it.</summary>
    public override string ToString() => $"new Scenario({Definitions}, [{string.Join(", ", Steps)}])";
}
