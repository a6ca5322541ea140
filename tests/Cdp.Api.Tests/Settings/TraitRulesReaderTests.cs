using Cdp.Api.Settings;
using Cdp.Api.Tests.Support;
using Cdp.Core.Traits;

namespace Cdp.Api.Tests.Settings;

public sealed class TraitRulesReaderTests
{
    [Fact]
    public void Rules_are_read_by_trait_and_for_all_others()
    {
        var rules = Read("""
            {"points":{"Resolve":"sum"},"Tier":{"Resolve":"SourcePriority","Sources":["crm","web"],"IgnoreEmpty":true},"name":{"IgnoreEmpty":true},"plain":{"Resolve":"latest"},"*":{"Resolve":"first"}}
            """);

        Assert.Equal(new TraitRule(TraitResolve.Sum), rules.For("points"));
        Assert.Equal(new TraitRule(TraitResolve.SourcePriority, true) { Sources = ["crm", "web"] }, rules.For("Tier"));
        Assert.Equal(new TraitRule(TraitResolve.Latest, true), rules.For("name"));
        Assert.Null(rules.For("plain"));
        Assert.Equal(new TraitRule(TraitResolve.First), rules.For("tier"));
    }

    [Fact]
    public void Without_a_section_there_are_no_rules() => Assert.Null(ApiServer.Settings(ApiServer.TwoWorkspaces).Workspaces["shop"].Identity.Traits.For("x"));

    [Theory]
    [InlineData("""{"x":{"Resolve":"mostFrequent"}}""", "x:Resolve", "sourcePriority")]
    [InlineData("""{"x":{"Resolv":"sum"}}""", "x:Resolv", "no such setting")]
    [InlineData("""{"x":{"Resolve":"sum","Sources":["crm"]}}""", "x:Sources", "sourcePriority")]
    [InlineData("""{"x":{"Resolve":"sourcePriority","Sources":["crm","crm"]}}""", "x:Sources:1", "twice")]
    [InlineData("""{"x":{"Resolve":"sourcePriority","Sources":[""]}}""", "x:Sources:0", "name")]
    [InlineData("""{"x":{"Resolve":"sum","IgnoreEmpty":"often"}}""", "x:IgnoreEmpty", "true or false")]
    [InlineData("""{"x":{"Resolve":["sum"]}}""", "x:Resolve", "one value")]
    [InlineData("\"sum\"", "", "object")]
    public void A_wrong_rule_is_named_with_its_path_and_why(string traits, string path, string why)
    {
        var problems = Assert.Throws<SettingsException>(() => Read(traits)).Problems;
        var prefix = "Cdp:Workspaces:shop:Identity:Traits" + (path.Length == 0 ? "" : ":" + path) + ":";
        Assert.Contains(problems, p => p.StartsWith(prefix, StringComparison.Ordinal) && p.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void Too_many_sources_are_refused()
    {
        var sources = string.Join(',', Enumerable.Range(0, 33).Select(i => $"\"s{i}\""));
        var error = Assert.Throws<SettingsException>(() => Read("{\"x\":{\"Resolve\":\"sourcePriority\",\"Sources\":[" + sources + "]}}"));
        Assert.Contains("at most 32", error.Message, StringComparison.Ordinal);
    }

    private static TraitRules Read(string traits) => ApiServer
        .Settings("{\"Cdp\":{\"Workspaces\":{\"shop\":{\"WriteKeys\":[\"w\"],\"Identity\":{\"Traits\":" + traits + "}}}}}").Workspaces["shop"].Identity.Traits;
}
