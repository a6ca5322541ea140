using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>
/// The documented cases of trait conflicts (part C of the list of cases) that a rule per trait answers: two profiles with values of their own, known by an
/// anonymous id each, become one by a login; then the same in the order of the other profile first. Cases of part C that do not stand here:
/// C8 (most frequent value: a count per value is exact only without a bound on distinct values) and C17 (adding and merging inside of objects: a rule is
/// for a whole trait; use flat names) have no rule; C1, C2 are the policy's; C4, C5, C19, C20 need no rule; C22, C23, C25, C26, C28, C29 are about other things than rules.
/// </summary>
public sealed class TraitRuleCases
{
    /// <summary>One write: of profile 1 or 2, at a second, by a source.</summary>
    private sealed record Write(int Profile, double At, string Traits, string Source = "web", int Priority = 0);

    private sealed record TraitCase(string Name, TraitRule Rule, Write[] Writes, string? Expected);

    private static readonly TraitRule s_crmFirst = new(TraitResolve.SourcePriority) { Sources = ["crm", "web"] };

    private static readonly TraitCase[] s_cases =
    [
        new("C5 newest value whatever the merge direction", new(TraitResolve.Latest), [new(1, 1, """{"x":"Rome"}"""), new(2, 2, """{"x":"Oslo"}""")], "\"Oslo\""),
        new("C7 CRM ranked over web, web newer", s_crmFirst, [new(1, 1, """{"x":"crm value"}""", "crm"), new(2, 2, """{"x":"web value"}""")], "\"crm value\""),
        new("C7 CRM ranked over web, CRM newer", s_crmFirst, [new(2, 2, """{"x":"crm value"}""", "crm"), new(1, 1, """{"x":"web value"}""")], "\"crm value\""),
        new("C7 same source, newest", s_crmFirst, [new(1, 1, """{"x":"old"}""", "crm"), new(2, 2, """{"x":"new"}""", "crm")], "\"new\""),
        new("C7 a source that is not named comes last", s_crmFirst, [new(1, 1, """{"x":"web value"}"""), new(2, 2, """{"x":"till value"}""", "till", 9)], "\"web value\""),
        new("C7 by the keys' own priorities", new(TraitResolve.SourcePriority), [new(1, 1, """{"x":"strong"}""", "crm", 5), new(2, 2, """{"x":"weak"}""", "web", 1)], "\"strong\""),
        new("C10 non-empty overwrites", new(TraitResolve.Latest, true), [new(1, 1, """{"x":"Rome"}"""), new(2, 2, """{"x":"Oslo"}""")], "\"Oslo\""),
        new("C10 an empty string never overwrites", new(TraitResolve.Latest, true), [new(1, 1, """{"x":"Rome"}"""), new(2, 2, """{"x":""}""")], "\"Rome\""),
        new("C10 an empty list never overwrites", new(TraitResolve.Latest, true), [new(1, 1, """{"x":["a"]}"""), new(2, 2, """{"x":[ ]}""")], "[\"a\"]"),
        new("C10 missing never overwrites", new(TraitResolve.Latest, true), [new(1, 1, """{"x":"Rome"}"""), new(2, 2, """{"y":"z"}""")], "\"Rome\""),
        new("C11 a counter with add", new(TraitResolve.Sum), [new(1, 1, """{"x":3}"""), new(2, 2, """{"x":4}""")], "7"),
        new("C11 decimals add exactly", new(TraitResolve.Sum), [new(1, 1, """{"x":0.1}"""), new(2, 2, """{"x":0.2}""")], "0.3"),
        new("C11 what is no number is not added", new(TraitResolve.Sum), [new(1, 1, """{"x":3}"""), new(2, 2, """{"x":"4"}""")], "3"),
        new("no peer's case: the larger of two numbers", new(TraitResolve.Max), [new(1, 1, """{"x":10}"""), new(2, 2, """{"x":9.5}""")], "10"),
        new("no peer's case: the later of two dates", new(TraitResolve.Max), [new(1, 1, """{"x":"2026-03-01"}"""), new(2, 2, """{"x":"2025-12-31"}""")], "\"2026-03-01\""),
        new("no peer's case: the smaller of two numbers", new(TraitResolve.Min), [new(1, 1, """{"x":10}"""), new(2, 2, """{"x":9.5}""")], "9.5"),
        new("C13 two strings with append", new(TraitResolve.Union), [new(1, 1, """{"x":"a"}"""), new(2, 2, """{"x":"b"}""")], """["a","b"]"""),
        new("C13 two strings by default", new(TraitResolve.Latest), [new(1, 1, """{"x":"a"}"""), new(2, 2, """{"x":"b"}""")], "\"b\""),
        new("C14 two lists, each element once", new(TraitResolve.Union), [new(1, 1, """{"x":[1,2,3]}"""), new(2, 2, """{"x":[3,4,5]}""")], "[1,2,3,4,5]"),
        new("C14 the same string twice", new(TraitResolve.Union), [new(1, 1, """{"x":"a"}"""), new(2, 2, """{"x":["a"]}""")], """["a"]"""),
        new("C16 null does not overwrite", new(TraitResolve.Latest, true), [new(1, 1, """{"x":"kept"}"""), new(2, 2, """{"x":null}""")], "\"kept\""),
        new("C16 null removes without the option", new(TraitResolve.Latest), [new(1, 1, """{"x":"gone"}"""), new(2, 2, """{"x":null}""")], null),
        new("C31 the master has none and gets both", new(TraitResolve.First), [new(2, 2, """{"x":"yes","p2":"no"}""")], "\"yes\""),
        new("C32 the master's answer stays", new(TraitResolve.First), [new(1, 1, """{"x":"yes"}"""), new(2, 2, """{"x":"no","p3":"yes"}""")], "\"yes\""),
        new("C34 customer data win over a newer lead", new(TraitResolve.SourcePriority) { Sources = ["customer", "lead"] }, [new(1, 1, """{"x":"paid"}""", "customer"), new(2, 9, """{"x":"free"}""", "lead")], "\"paid\""),
    ];

    public static TheoryData<string> Names => [.. s_cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_case_of_part_C(string name)
    {
        var test = s_cases.Single(c => c.Name == name);
        foreach (var reversed in (bool[])[false, true])
        {
            var kit = new EngineKit(rules: With(test.Rule));
            // They arrive a day later, so that the order of arrival is one thing and event time another.
            kit.Clock.Advance(TimeSpan.FromDays(1));
            foreach (var write in reversed ? test.Writes.Reverse() : test.Writes)
            {
                var sent = await kit.SendAsync(
                    $$"""{"type":"identify","anonymousId":"a{{write.Profile}}","traits":{{write.Traits}}}""", write.At, new EventSource(write.Source, write.Priority));
                Assert.Equal(EventStatus.Applied, sent.Status);
            }

            await JoinAsync(kit);
            Assert.Equal(test.Expected, await ShownAsync(kit));
            if (test.Expected is not null)
            {
                var provenance = await ProvenanceAsync(kit);
                Assert.Equal(TraitResolveNames.NameOf(test.Rule.Resolve), provenance.GetProperty("rule").GetString());
            }

            // What was in memory is what the journal says, and what it says does not hang on the rules of the day.
            kit.Rules = IdentityRules.Default;
            kit.Restart();
            Assert.Equal(test.Expected, await ShownAsync(kit));
        }
    }

    [Fact]
    public async Task A_duplicate_is_not_added_twice_nor_after_a_restart()
    {
        var kit = new EngineKit(rules: With(new(TraitResolve.Sum)));
        var first = await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":3}}""", 1, messageId: "m-x");
        Assert.Equal(EventStatus.Duplicate, (await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":3}}""", 1, messageId: "m-x")).Status);
        kit.Restart();
        Assert.Equal(EventStatus.Duplicate, (await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":3}}""", 1, messageId: "m-x")).Status);
        Assert.Equal(EventStatus.Applied, first.Status);
        Assert.Equal("3", await ShownAsync(kit));
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":100,"x":4}}""", 2);
        Assert.Equal("7", await ShownAsync(kit));
    }

    [Fact]
    public async Task A_late_event_adds_and_competes_by_its_own_time()
    {
        var kit = new EngineKit(rules: new IdentityRules { Traits = new TraitRules(new Dictionary<string, TraitRule> { ["x"] = new(TraitResolve.Sum), ["first"] = new(TraitResolve.First) }) });
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":3,"first":"later"}}""", 100);
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":4,"first":"earlier"}}""", 5);
        Assert.Equal("7", await ShownAsync(kit));
        Assert.Equal("\"earlier\"", await ShownAsync(kit, "first"));
    }

    /// <summary>New rules judge new events: what is shown changes with the next write, and what stood before counts as one more write.</summary>
    [Fact]
    public async Task Rules_that_change_judge_the_next_write_and_keep_what_stood()
    {
        var kit = new EngineKit();
        await SendAsync("100", 1);

        kit.Rules = With(new(TraitResolve.Max));
        Assert.Equal("100", await ShownAsync(kit));
        await SendAsync("50", 2);
        Assert.Equal("100", await ShownAsync(kit));
        await SendAsync("120", 3);
        Assert.Equal("120", await ShownAsync(kit));

        kit.Rules = With(new(TraitResolve.Sum));
        Assert.Equal("120", await ShownAsync(kit));
        await SendAsync("7", 4);
        // The 100 that stood before there were rules, and the 7.
        Assert.Equal("107", await ShownAsync(kit));

        kit.Rules = IdentityRules.Default;
        Assert.Equal("107", await ShownAsync(kit));
        await SendAsync("1", 5);
        Assert.Equal("1", await ShownAsync(kit));

        kit.Restart();
        Assert.Equal("1", await ShownAsync(kit));

        async Task SendAsync(string value, double at) => await kit.SendAsync($$$"""{"type":"identify","anonymousId":"a1","traits":{"x":{{{value}}}}}""", at);
    }

    [Fact]
    public async Task A_null_hides_an_aggregate_until_the_next_write()
    {
        var kit = new EngineKit(rules: With(new(TraitResolve.Sum)));
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":3}}""", 1);
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":null}}""", 2);
        Assert.Null(await ShownAsync(kit));
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":4}}""", 3);
        Assert.Equal("7", await ShownAsync(kit));
    }

    [Fact]
    public async Task Traits_written_by_the_API_are_judged_too()
    {
        var kit = new EngineKit(rules: With(new(TraitResolve.Sum)));
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":3}}""", 1);
        await kit.Grid.PatchTraitsAsync(EngineKit.Workspace, Ref("a1"), """{"x":4,"y":"plain"}"""u8.ToArray(), new EventSource("api"));
        Assert.Equal(("7", "\"plain\""), (await ShownAsync(kit), await ShownAsync(kit, "y")));
        kit.Restart();
        Assert.Equal("7", await ShownAsync(kit));
    }

    [Fact]
    public async Task A_value_that_cannot_be_added_is_named_in_the_outcome()
    {
        var kit = new EngineKit(rules: With(new(TraitResolve.Sum)));
        var sent = await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":"3","y":1}}""", 1);
        Assert.Contains(sent.Reasons, r => r.Code == ReasonCodes.TraitNotANumber && r.Detail!.StartsWith("x ", StringComparison.Ordinal));
        Assert.Equal((null, "1"), (await ShownAsync(kit), await ShownAsync(kit, "y")));
    }

    [Fact]
    public async Task A_rule_for_all_others_and_one_that_takes_a_trait_out_of_it()
    {
        var rules = new TraitRules(new Dictionary<string, TraitRule> { ["x"] = new(TraitResolve.Latest) }, new(TraitResolve.First));
        var kit = new EngineKit(rules: new IdentityRules { Traits = rules });
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":1,"y":1}}""", 1);
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","traits":{"x":2,"y":2}}""", 2);
        Assert.Equal(("2", "1"), (await ShownAsync(kit), await ShownAsync(kit, "y")));
    }

    [Fact]
    public async Task A_union_keeps_the_200_elements_that_were_written_last()
    {
        var kit = new EngineKit(rules: With(new(TraitResolve.Union)));
        for (var batch = 0; batch < 3; batch++)
        {
            var values = string.Join(',', Enumerable.Range(batch * 100, 100));
            await kit.SendAsync($$$"""{"type":"identify","anonymousId":"a1","traits":{"x":[{{{values}}}]}}""", batch);
        }

        Assert.Equal("[" + string.Join(',', Enumerable.Range(100, TraitAggregate.MaxElements)) + "]", await ShownAsync(kit));
    }

    private static IdentityRules With(TraitRule rule) => new() { Traits = new TraitRules(new Dictionary<string, TraitRule> { ["x"] = rule }) };

    private static ProfileRef Ref(string anonymous) => new(null, new Identifier("anonymous_id", anonymous));

    private static async Task JoinAsync(EngineKit kit)
    {
        foreach (var a in (string[])["a1", "a2"]) Assert.Equal(EventStatus.Applied, (await kit.SendAsync($$"""{"type":"track","event":"Login","userId":"u1","anonymousId":"{{a}}"}""", 20)).Status);
    }

    private static async Task<string?> ShownAsync(EngineKit kit, string trait = "x") =>
        (await kit.ProfileAsync("anonymous_id", "a1"))!.Value.GetProperty("traits").TryGetProperty(trait, out var value) ? value.GetRawText() : null;

    private static async Task<JsonElement> ProvenanceAsync(EngineKit kit)
    {
        var view = await kit.Grid.GetAsync(EngineKit.Workspace, Ref("a1"));
        return JsonDocument.Parse((await view!.TryMakeProvenanceAsync())!).RootElement.GetProperty("x");
    }
}
