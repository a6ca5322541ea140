using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cdp.Core.Audiences;
using Cdp.Testing;

namespace Cdp.Core.Tests.Audiences;

/// <summary>What docs/audiences.md shows is what the parser takes.</summary>
public sealed class DocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot.Find()!, "docs", "audiences.md"));

    [Fact]
    public void Every_definition_in_the_document_is_right()
    {
        var definitions = Regex.Matches(Text, "```json\n(.*?)```", RegexOptions.Singleline).SelectMany(block => Values(block.Groups[1].Value)).ToArray();
        Assert.True(definitions.Length >= 5);
        foreach (var definition in definitions)
        {
            var json = Encoding.UTF8.GetBytes(definition.GetRawText());
            Assert.Empty(definition.TryGetProperty("rule", out _) ? AudienceDefinition.Check(json) : AudienceDefinition.CheckComputed(json));
        }
    }

    [Fact]
    public void Every_rule_in_the_table_is_right()
    {
        var rules = Regex.Matches(Text, @"^\| `(\{""(?:trait|computed|event|sequence|identifier|reachable|consent|audience|position)"".*?\})` \|", RegexOptions.Multiline);
        Assert.Equal(9, rules.Count);
        foreach (Match rule in rules)
        {
            var json = rule.Groups[1].Value.Replace("[…]", """[{"property":"x","op":"exists"}]""", StringComparison.Ordinal);
            Assert.Empty(AudienceDefinition.Check(Encoding.UTF8.GetBytes($$"""{"id":"a","rule":{{json}}}""")));
        }
    }

    private static IEnumerable<JsonElement> Values(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        List<JsonElement> values = [];
        while (reader.Read()) values.Add(JsonElement.ParseValue(ref reader));
        return values;
    }
}
