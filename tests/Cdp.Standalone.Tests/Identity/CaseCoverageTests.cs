using System.Reflection;
using System.Text.RegularExpressions;
using Cdp.Testing;

namespace Cdp.Standalone.Tests.Identity;

public sealed partial class CaseCoverageTests
{
    [SharedDataFact("reference")]
    public void Every_documented_case_is_tested_or_listed_with_a_reason()
    {
        var documented = File.ReadLines(Path.Combine(SharedData.Find("reference")!, "identity-cases.md"))
            .Select(line => CaseRow().Match(line)).Where(m => m.Success).Select(m => m.Groups[1].Value).ToHashSet();
        var tested = Tested();

        Assert.True(documented.Count > 100, $"{documented.Count} cases were found.");
        Assert.Equal([], documented.Except(tested).Except(CaseList.NotHere.Keys));
        Assert.Equal([], tested.Concat(CaseList.NotHere.Keys).Concat(CaseList.Partly.Keys).Except(documented));
    }

    [Fact]
    public void No_case_is_both_tested_and_listed_as_not_here()
    {
        Assert.Equal([], Tested().Intersect(CaseList.NotHere.Keys));
        Assert.Equal([], CaseList.Partly.Keys.Except(Tested()));
        Assert.All(CaseList.NotHere.Values, reason => Assert.Matches("^(Not reproduced|Elsewhere|Does not apply)", reason));
    }

    /// <summary>The case numbers in the names of facts, and in the first argument of theories.</summary>
    private static HashSet<string> Tested() =>
    [
        .. from type in typeof(CaseCoverageTests).Assembly.GetTypes()
           where type.Namespace == typeof(CaseCoverageTests).Namespace
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           where method.GetCustomAttributes<FactAttribute>().Any()
           from id in Names().Matches(method.Name).Select(m => m.Groups[1].Value)
               .Concat(method.GetCustomAttributes<InlineDataAttribute>().Select(d => d.GetData(method).Single()[0] as string ?? ""))
           where CaseNumber().IsMatch(id)
           select id,
    ];

    [GeneratedRegex(@"^\| ([A-H]\d+) \|")]
    private static partial Regex CaseRow();

    [GeneratedRegex("^[A-H][0-9]+$")]
    private static partial Regex CaseNumber();

    // A name may begin with several: G1_G2_Every_old_id…
    [GeneratedRegex(@"(?:\G)([A-H][0-9]+)_")]
    private static partial Regex Names();
}
