using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Tests.Audiences.Model;
using Json.Schema;

namespace Cdp.Core.Tests.Audiences;

/// <summary>The parser and the published schema say the same, and what is wrong is named by its place.</summary>
public sealed class DefinitionTests
{
    private static readonly JsonSchema Audience = Part("audience");
    private static readonly JsonSchema Computed = Part("computedTrait");

    public static TheoryData<string> Rules => [.. DefinitionExamples.Rules];

    public static TheoryData<string> ComputedTraits => [.. DefinitionExamples.Computed];

    public static IEnumerable<object[]> WrongRules =>
    [
        .. DefinitionExamples.WrongRules.Select(w => new object[] { w.Rule, w.Path, w.Code, false }),
        .. DefinitionExamples.RefusedByTheParserAlone.Select(w => new object[] { w.Rule, w.Path, w.Code, true }),
    ];

    public static IEnumerable<object[]> WrongComputed => DefinitionExamples.WrongComputed.Select(w => new object[] { w.Definition, w.Path, w.Code });

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_right_rule_is_accepted_by_both(string rule)
    {
        var json = $$"""{"id":"a","name":"A","purpose":"marketing","channel":"email","rule":{{rule}}}""";
        Assert.Empty(AudienceDefinition.Check(Encoding.UTF8.GetBytes(json)));
        Assert.True(IsValid(Audience, json));
    }

    [Theory]
    [MemberData(nameof(ComputedTraits))]
    public void A_right_computed_trait_is_accepted_by_both(string json)
    {
        Assert.Empty(AudienceDefinition.CheckComputed(Encoding.UTF8.GetBytes(json)));
        Assert.True(IsValid(Computed, json));
    }

    [Theory]
    [MemberData(nameof(WrongRules))]
    public void A_wrong_rule_is_refused_at_its_place(string rule, string path, string code, bool validInSchema)
    {
        var json = $$"""{"id":"a","rule":{{rule}}}""";
        var problem = Assert.Single(AudienceDefinition.Check(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(("$.rule" + path, code), (problem.Path, problem.Code));
        Assert.NotEmpty(problem.Expected);
        Assert.Equal(validInSchema, IsValid(Audience, json));
    }

    [Theory]
    [MemberData(nameof(WrongComputed))]
    public void A_wrong_computed_trait_is_refused_at_its_place(string json, string path, string code)
    {
        var problem = Assert.Single(AudienceDefinition.CheckComputed(Encoding.UTF8.GetBytes(json)));
        Assert.Equal((path, code), (problem.Path, problem.Code));
        Assert.False(IsValid(Computed, json));
    }

    [Fact]
    public void All_that_is_wrong_is_named_at_once()
    {
        var problems = AudienceDefinition.Check("""{"id":"A b","extra":1,"rule":{"all":[{"trait":"x","op":"?"},{"event":"E","within":"1"}]}}"""u8.ToArray());
        Assert.Equal(["$.extra", "$.id", "$.rule.all[0].op", "$.rule.all[1].within"], problems.Select(p => p.Path));
    }

    [Fact]
    public void Nothing_that_anybody_sends_makes_it_throw()
    {
        string[] pieces = ["null", "[]", "{}", "1e400", "-1", "\"\\ud800\"", "\"\"", "\"\\u0000\"", "true", "\"9999999999d\"", "1e-9", "{\"\\ud800\":1}", "[[1]]", "\"2026-13-45\""];
        string[] seeds =
        [
            .. DefinitionExamples.Rules.Select(r => $$"""{"id":"a","purpose":"p","channel":"c","rule":{{r}}}"""), .. DefinitionExamples.Computed,
            .. DefinitionExamples.WrongRules.Select(r => $$"""{"id":"a","rule":{{r.Rule}}}"""),
        ];
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]).ToList();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(bytes.Count);
                if (random.Next(2) == 0)
                {
                    bytes[at] = (byte)random.Next(256);
                    continue;
                }

                // A whole value behind a colon is replaced.
                var colon = bytes.IndexOf((byte)':', at);
                if (colon < 0) continue;
                var end = bytes.FindIndex(colon + 1, b => b is (byte)',' or (byte)'}');
                bytes.RemoveRange(colon + 1, Math.Max(0, end - colon - 1));
                bytes.InsertRange(colon + 1, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
            }

            var json = bytes.ToArray();
            var problems = AudienceDefinition.Check(json);
            var computed = AudienceDefinition.CheckComputed(json);
            Assert.Equal(problems.Count == 0, AudiencePlan.Compile([], [new(json, 1)]).Problems.All(p => p.Problem.Code == ProblemCodes.UnknownReference));
            Assert.Equal(computed.Count == 0, AudiencePlan.Compile([new(json, 1)], []).Plan is not null);
        }
    }

    [Theory]
    [InlineData("{", "invalid_json")]
    [InlineData("""{"id":"a","rule":{"event":"\ud800"}}""", "invalid_json")]
    [InlineData("""{"id":"a","id":"b","rule":{"event":"A"}}""", "invalid_json")]
    [InlineData("5", "wrong_type")]
    public void What_is_no_definition_at_all_is_said_so(string json, string code) =>
        Assert.Equal(("$", code), AudienceDefinition.Check(Encoding.UTF8.GetBytes(json)).Select(p => (p.Path, p.Code)).Single());

    [Fact]
    public void A_tree_has_a_limit_of_depth_and_of_size()
    {
        Assert.Empty(Check(Nested(15)));
        Assert.Equal(ProblemCodes.TooDeep, Assert.Single(Check(Nested(16))).Code);
        Assert.Empty(Check(Wide(199)));
        Assert.Equal(ProblemCodes.TooLarge, Assert.Single(Check("""{"any":[""" + Wide(150) + "," + Wide(48) + "]}")).Code);
        Assert.Equal(ProblemCodes.TooLarge, Assert.Single(AudienceDefinition.Check(new byte[DefinitionLimits.MaxBytes + 1])).Code);

        static string Nested(int times) => string.Concat(Enumerable.Repeat("""{"not":""", times)) + """{"event":"A"}""" + new string('}', times);
        static string Wide(int count) => """{"all":[""" + string.Join(',', Enumerable.Repeat("""{"event":"A"}""", count)) + "]}";
        static IReadOnlyList<DefinitionProblem> Check(string rule) => AudienceDefinition.Check(Encoding.UTF8.GetBytes("""{"id":"a","rule":""" + rule + "}"));
    }

    [Fact]
    public void Every_generated_definition_is_valid_in_the_schema()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new RandomDefinitions(new Random(seed));
            var computed = random.Computed("c0");
            Assert.True(IsValid(Computed, computed), computed);
            var audience = random.Audience("a0", ["a1"]);
            Assert.True(IsValid(Audience, audience), audience);
        }
    }

    [Theory]
    [InlineData("""{"computed":"nobody","op":"gt","value":1}""", "$.rule.computed", "unknown_reference")]
    [InlineData("""{"computed":"known","field":"recency","op":"gt","value":1}""", "$.rule.field", "unknown_reference")]
    [InlineData("""{"not":{"audience":"nobody"}}""", "$.rule.not.audience", "unknown_reference")]
    [InlineData("""{"audience":"a"}""", "$.rule", "cycle")]
    public void What_refers_to_nothing_or_to_itself_is_refused_by_the_plan(string rule, string path, string code)
    {
        var compiled = AudiencePlan.Compile([Kit.Source("""{"id":"known","type":"count","event":"A"}""")], [Kit.Source($$"""{"id":"a","rule":{{rule}}}""")]);
        Assert.Null(compiled.Plan);
        var problem = Assert.Single(compiled.Problems);
        Assert.Equal((false, 0, path, code), (problem.IsComputed, problem.Index, problem.Problem.Path, problem.Problem.Code));
    }

    [Fact]
    public void A_circle_of_audiences_and_a_second_id_are_refused()
    {
        string Refers(string id, string to) => $$$"""{"id":"{{{id}}}","rule":{"any":[{"event":"A"},{"audience":"{{{to}}}"}]}}""";
        var circle = AudiencePlan.Compile([], [Kit.Source(Refers("a", "b")), Kit.Source(Refers("b", "c")), Kit.Source(Refers("c", "a"))]);
        Assert.NotEmpty(circle.Problems);
        Assert.All(circle.Problems, p => Assert.Equal(ProblemCodes.Cycle, p.Problem.Code));
        var twice = AudiencePlan.Compile([], [Kit.Source("""{"id":"a","rule":{"event":"A"}}"""), Kit.Source("""{"id":"a","rule":{"event":"B"}}""")]);
        Assert.Equal((1, ProblemCodes.DuplicateId), twice.Problems.Select(p => (p.Index, p.Problem.Code)).Single());
        var chain = AudiencePlan.Compile([], [.. Enumerable.Range(0, 17).Select(i => Kit.Source(i == 0 ? """{"id":"a0","rule":{"event":"A"}}""" : Refers($"a{i}", $"a{i - 1}")))]);
        Assert.Equal((16, ProblemCodes.TooDeep), chain.Problems.Select(p => (p.Index, p.Problem.Code)).Single());
    }

    private static JsonSchema Part(string name)
    {
        var schema = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(DefinitionSchema.Json)!;
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
