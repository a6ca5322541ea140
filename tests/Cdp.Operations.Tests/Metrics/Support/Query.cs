using System.Text.RegularExpressions;

namespace Cdp.Operations.Tests.Metrics.Support;

/// <summary>A PromQL query, as far as its names go.</summary>
/// <param name="Metrics">The metrics that it names.</param>
/// <param name="Labels">The labels that it names.</param>
internal sealed partial record Query(IReadOnlySet<string> Metrics, IReadOnlySet<string> Labels)
{
    private static readonly HashSet<string> s_words = ["and", "or", "unless", "bool", "offset", "inf", "nan"];

    public static Query Parse(string text)
    {
        var labels = new HashSet<string>();
        foreach (Match matchers in Matchers().Matches(text))
            foreach (Match label in LabelOfMatcher().Matches(matchers.Value)) labels.Add(label.Groups[1].Value);
        foreach (Match grouping in Grouping().Matches(text)) labels.UnionWith(grouping.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        var bare = Grouping().Replace(Range().Replace(Matchers().Replace(text, ""), ""), "");
        return new(Identifier().Matches(bare).Select(m => m.Value).Where(n => !s_words.Contains(n)).ToHashSet(), labels);
    }

    // A closing brace may stand in a quoted value.
    [GeneratedRegex(@"\{(?:[^}""]|""(?:[^""\\]|\\.)*"")*\}")]
    private static partial Regex Matchers();

    [GeneratedRegex(@"([a-zA-Z_]+)\s*(?:=~|!~|!=|=)\s*""(?:[^""\\]|\\.)*""")]
    private static partial Regex LabelOfMatcher();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"\b[a-zA-Z_:][a-zA-Z0-9_:]*\b(?!\s*\()")]
    private static partial Regex Identifier();
}
