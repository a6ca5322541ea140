using System.Text;
using System.Text.Json;
using Cdp.Core.Activation;
using Cdp.Core.Activation.Definitions;
using Cdp.Core.Audiences;
using Json.Schema;

namespace Cdp.Core.Tests.Activation;

/// <summary>The parser and the published schema say the same, and what is wrong is named by its place.</summary>
public sealed class TriggerDefinitionTests
{
    private static readonly JsonSchema Trigger = Part("trigger"), Settings = Part("activationSettings");

    public static TheoryData<string> Right => [.. TriggerExamples.Right];

    public static IEnumerable<object[]> Wrong =>
    [
        .. TriggerExamples.Wrong.Select(w => new object[] { w.Members, w.Path, w.Code, false }),
        .. TriggerExamples.RefusedByTheParserAlone.Select(w => new object[] { w.Members, w.Path, w.Code, true }),
    ];

    [Theory]
    [MemberData(nameof(Right))]
    public void A_right_trigger_is_accepted_by_both(string members)
    {
        var json = Whole(members);
        Assert.Empty(TriggerDefinition.Check(Encoding.UTF8.GetBytes(json)));
        Assert.True(IsValid(Trigger, json));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_trigger_is_refused_at_its_place(string members, string path, string code, bool validInSchema)
    {
        var json = Whole(members);
        var problem = Assert.Single(TriggerDefinition.Check(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(("$" + path, code), (problem.Path, problem.Code));
        Assert.NotEmpty(problem.Expected);
        Assert.Equal(validInSchema, IsValid(Trigger, json));
    }

    [Theory]
    [InlineData("[]", "$", "wrong_type")]
    [InlineData("{", "$", "invalid_json")]
    [InlineData("{}", "$.id", "missing_member")]
    [InlineData("{}", "$.when", "missing_member")]
    [InlineData("{}", "$.then", "missing_member")]
    public void What_is_no_trigger_says_all_that_is_missing(string json, string path, string code) =>
        Assert.Contains((path, code), TriggerDefinition.Check(Encoding.UTF8.GetBytes(json)).Select(p => (p.Path, p.Code)));

    [Theory]
    [InlineData("""{}""", null, null)]
    [InlineData("""{"caps":[{"max":5,"within":"1d"},{"channel":"push","max":2,"within":"1h"}]}""", null, null)]
    [InlineData("""{"caps":[{"max":0,"within":"1d"}]}""", "$.caps[0].max", "out_of_range")]
    [InlineData("""{"caps":[{"max":1}]}""", "$.caps[0].within", "missing_member")]
    [InlineData("""{"cap":[]}""", "$.cap", "unknown_member")]
    public void Settings_are_checked_alike(string json, string? path, string? code)
    {
        var problems = ActivationSettings.Check(Encoding.UTF8.GetBytes(json));
        Assert.Equal(path is null ? [] : [(path, code!)], problems.Select(p => (p.Path, p.Code)));
        Assert.Equal(path is null, IsValid(Settings, json));
    }

    [Theory]
    [InlineData(""" "when":{"audience":"vip"} """, "$.when.audience")]
    [InlineData(""" "when":{"computed":"spend","above":3} """, "$.when.computed")]
    [InlineData(""" "if":{"rule":{"not":{"audience":"vip"}}} """, "$.if.rule.not.audience")]
    [InlineData(""" "payload":{"a":["{{profile.computed.spend}}"]} """, "$.payload.a[0]")]
    public void What_a_trigger_refers_to_has_to_be_there(string members, string path)
    {
        var trigger = Kit.Source(Whole(members));
        var problem = Assert.Single(TriggerPlan.Compile(DefinitionSet.Empty, [trigger], null).Problems);
        Assert.Equal((0, path, "unknown_reference"), (problem.Trigger, problem.Problem.Path, problem.Problem.Code));
        var known = Kit.Computed("""{"id":"spend","type":"sum","event":"Bought","property":"total"}""").With("vip", Kit.Source("""{"id":"vip","rule":{"event":"Bought"}}"""));
        Assert.NotNull(TriggerPlan.Compile(known, [trigger], null).Plan);
    }

    [Fact]
    public void Ids_are_unique_and_problems_of_all_documents_are_told_at_once()
    {
        var compiled = TriggerPlan.Compile(
            DefinitionSet.Empty, [Kit.Source(Kit.OnEvent("A")), Kit.Source(Kit.OnEvent("B")), Kit.Source(Kit.OnEvent("C", id: "U"))], Kit.Source("""{"caps":7}"""));
        Assert.Null(compiled.Plan);
        Assert.Equal(
            [(-1, "$.caps", "wrong_type"), (1, "$.id", "duplicate_id"), (2, "$.id", "unknown_value")],
            compiled.Problems.Select(p => (p.Trigger, p.Problem.Path, p.Problem.Code)));
    }

    [Fact]
    public void What_a_rule_reads_of_events_is_kept_and_no_event_has_it_judged()
    {
        var plan = Kit.Plan(Kit.OnEvent("Viewed", """{"rule":{"event":"Bought","atLeast":2,"within":"30d"}}"""));
        Assert.True(plan.Audiences.ReadsEvents);
        Assert.Empty(plan.Audiences.Audiences);
        Assert.True(plan.MayWaitFor("Viewed"));
        Assert.False(plan.MayWaitFor("Bought"));
    }

    private static string Whole(string members)
    {
        var given = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("{" + members + "}")!;
        foreach (var (name, json) in new[] { ("id", "\"t\""), ("when", """{"event":"Bought"}"""), ("then", """[{"webhook":"crm"}]""") })
            given.TryAdd(name, JsonDocument.Parse(json).RootElement);
        return JsonSerializer.Serialize(given);
    }

    private static JsonSchema Part(string name)
    {
        var schema = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(TriggerSchema.Json)!;
        schema.Remove("anyOf");
        schema["$ref"] = JsonSerializer.SerializeToElement($"#/$defs/{name}");
        return JsonSchema.FromText(JsonSerializer.Serialize(schema));
    }

    private static bool IsValid(JsonSchema schema, string json)
    {
        using var document = JsonDocument.Parse(json);
        return schema.Evaluate(document.RootElement).IsValid;
    }
}
