using System.Reflection;
using System.Text.RegularExpressions;
using Cdp.Core.Identity;
using Cdp.Testing;

namespace Cdp.Core.Tests.Identity;

public sealed partial class ReasonCodesTests
{
    [Fact]
    public void Every_code_is_in_the_catalogue_once_and_nothing_else_is()
    {
        var page = File.ReadLines(Path.Combine(RepositoryRoot.Find()!, "docs", "reason-codes.md"));
        var documented = page.Select(line => Row().Match(line)).Where(m => m.Success).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);
        var codes = typeof(ReasonCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).ToArray();

        Assert.Equal(codes.Order(StringComparer.Ordinal), documented);
        Assert.All(codes, code => Assert.Matches("^[a-z_]+$", code));
    }

    [GeneratedRegex("^\\| `([a-z_]+)` \\|")]
    private static partial Regex Row();
}
