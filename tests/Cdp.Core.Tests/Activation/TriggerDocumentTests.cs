using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Cdp.Core.Activation;
using Cdp.Core.Activation.Definitions;
using Cdp.Core.Activation.Templates;
using Cdp.Testing;

namespace Cdp.Core.Tests.Activation;

/// <summary>What docs/triggers.md shows is what the code does.</summary>
public sealed partial class TriggerDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot.Find()!, "docs", "triggers.md"));

    [Fact]
    public void Every_code_is_in_the_catalogue_once_and_nothing_else_is()
    {
        var codes = typeof(DecisionCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).ToArray();
        Assert.Equal(codes.Order(StringComparer.Ordinal), Code().Matches(Text).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.All(codes, code => Assert.Matches("^[a-z_]+$", code));
    }

    [Fact]
    public void The_examples_are_right()
    {
        var blocks = Block().Matches(Text).Select(m => Encoding.UTF8.GetBytes(m.Groups[1].Value)).ToArray();
        Assert.Equal(2, blocks.Length);
        Assert.Empty(TriggerDefinition.Check(blocks[0]));
        Assert.Empty(ActivationSettings.Check(blocks[1]));
    }

    [Fact]
    public void Every_occasion_in_the_table_is_right()
    {
        var rows = When().Matches(Text);
        Assert.Equal(4, rows.Count);
        foreach (Match row in rows)
            Assert.Empty(TriggerDefinition.Check(Encoding.UTF8.GetBytes($$"""{"id":"t","when":{{row.Groups[1].Value}},"then":[{"sse":true}]}""")));
    }

    [Fact]
    public void The_default_payloads_are_those_of_the_code() =>
        Assert.All(Enum.GetValues<OccasionKind>(), kind => Assert.Contains($"`{Payload.DefaultOf(kind)}`", Text, StringComparison.Ordinal));

    [Fact]
    public void Every_path_that_a_placeholder_may_name_is_listed() =>
        Assert.All(
            Enum.GetValues<OccasionKind>().SelectMany(kind => PayloadField.Expected(kind).Split(", ")).Distinct(),
            path => Assert.Contains("`" + path.Replace(".…", ".", StringComparison.Ordinal), Text, StringComparison.Ordinal));

    [GeneratedRegex("^\\| `([a-z_]+)` \\| [^|]+ \\|[^|]*\\|$", RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^\\| `(\\{\"(?:event|audience|fence|computed)\".*?\\})` \\|", RegexOptions.Multiline)]
    private static partial Regex When();
}
