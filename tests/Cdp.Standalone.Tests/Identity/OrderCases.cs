using System.Text;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Standalone.Tests.Engine;

namespace Cdp.Standalone.Tests.Identity;

/// <summary>Cases F: races, ordering, duplicates.</summary>
public sealed class OrderCases
{
    [Theory]
    [InlineData("F2", "posthog", "page anon=A; identify user=T1 anon=A; track user=T2; identify user=T2 anon=A", "T1 A | T2")]
    [InlineData("F2", "mixpanel", "page anon=A; identify user=T1 anon=A; track user=T2; identify user=T2 anon=A", "T1 A | T2")]
    [InlineData("F25", "default", "identify user=summer anon=k at=30; identify user=tom anon=k at=10; page anon=k at=40", "summer k | tom")]
    [InlineData("F25", "adobe", "identify user=summer anon=k at=30; identify user=tom anon=k at=10; page anon=k at=40", "summer k | tom")]
    public async Task Case(string id, string preset, string events, string profiles)
    {
        var run = new CaseRun(preset);
        await run.SendAsync(events);

        Assert.Equal((id, CaseRun.Sorted(profiles)), (id, await run.ProfilesAsync()));
    }

    [Fact]
    public async Task F1_Two_at_once_make_one_profile_and_both_are_applied()
    {
        var kit = new EngineKit(clock: TimeProvider.System, rules: CaseRun.Rules("posthog"));
        var events = Enumerable.Range(0, 8).Select(i => kit.Event($$$"""{"type":"identify","userId":"U","anonymousId":"a{{{i}}}","traits":{"t{{{i}}}":1}}""", 1)).ToArray();
        var outcomes = await Task.WhenAll(events.Select(e => kit.Grid.IngestAsync(EngineKit.Workspace, [e])));

        Assert.Single(outcomes.Select(o => o[0].Profile).Distinct());
        var profile = await kit.ProfileAsync("distinct_id", "U");
        Assert.Equal((8, 9), (profile.EventCount(), profile.Identifiers().Length));
        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal("1", profile.Trait($"t{i}")));
    }

    [Fact]
    public async Task F8_A_write_that_names_a_profile_which_was_merged_away_lands_on_the_survivor()
    {
        var run = new CaseRun("posthog");
        await run.SendAsync("identify anon=A t.a=1; identify user=U t.d=9; identify user=U anon=B; identify user=U anon=C");
        await run.SendAsync("page anon=X; identify user=U anon=X");
        var absorbed = run.Outcomes[^2].Profile!.Value;
        Assert.NotEqual(absorbed, run.Outcomes[^1].Profile);
        await run.Kit.Grid.PatchTraitsAsync(EngineKit.Workspace, new(absorbed, null), Encoding.UTF8.GetBytes("""{"a":7,"c":8}"""), new EventSource("api"));

        Assert.Equal("a=7 c=8 d=9", await run.TraitsAsync("user_id", "U"));
    }

    [Fact]
    public async Task F10_A_chain_of_merges_in_one_request_ends_in_one_profile()
    {
        var run = new CaseRun("default");
        for (var i = 0; i <= 50; i++) await run.SendAsync($"page anon=a{i}");
        var events = Enumerable.Range(0, 50).Select(i => run.Kit.Event($$$"""{"type":"track","event":"x","anonymousId":"a{{{i}}}","context":{"device":{"id":"d{{{i / 5}}}"} } }""", 100 + i)).ToList();
        events.AddRange(Enumerable.Range(0, 50).Select(i => run.Kit.Event($$$"""{"type":"alias","userId":"u","previousId":"a{{{i}}}"}""", 200 + i)));
        events.Add(run.Kit.Event("""{"type":"alias","userId":"u","previousId":"a50"}""", 300));
        var outcomes = await run.Kit.Grid.IngestAsync(EngineKit.Workspace, events);

        Assert.All(outcomes, o => Assert.Equal(EventStatus.Applied, o.Status));
        Assert.Equal(51 + 101, (await run.FindAsync("user_id", "u")).EventCount());
        Assert.Equal((await run.FindAsync("anonymous_id", "a50")).Id(), (await run.FindAsync("anonymous_id", "a0")).Id());
    }

    [Theory]
    [InlineData("F11", "web", "web", EventStatus.Duplicate, "m7")]
    [InlineData("F13", "web", "till", EventStatus.Duplicate, "m7")]
    [InlineData("F14", "web", "web", EventStatus.Applied, "m8")]
    public async Task Repeats(string id, string first, string second, EventStatus expected, string messageId)
    {
        var kit = new EngineKit(rules: CaseRun.Rules("segment"));
        await kit.SendAsync("""{"type":"track","event":"x","userId":"U"}""", 1, new EventSource(first), "m7");
        var again = await kit.SendAsync("""{"type":"track","event":"x","userId":"U"}""", 1, new EventSource(second), messageId);

        Assert.Equal((id, expected), (id, again.Status));
        Assert.Equal(expected == EventStatus.Applied ? 2 : 1, (await kit.ProfileAsync("user_id", "U")).EventCount());
    }

    [Fact]
    public async Task F23_A_chain_is_one_profile_in_every_order()
    {
        string[] links = ["page anon=A device=B", "page anon=C device=D", "track user=U anon=C device=B", "track user=U gaid=E device=D"];
        foreach (var order in Orders(links))
        {
            var run = new CaseRun("default");
            await run.SendAsync(string.Join(';', order));
            Assert.Equal(CaseRun.Sorted("A B C D E U"), await run.ProfilesAsync());
            Assert.Equal(4, (await run.FindAsync("user_id", "U")).EventCount());
        }
    }

    [Fact]
    public async Task F26_A_replay_of_the_archive_brings_nothing_back_that_was_erased()
    {
        const string Archive = "identify user=U anon=A at=1; page anon=A at=2";
        var run = new CaseRun("default");
        await run.SendAsync(Archive);
        await run.Kit.Grid.EraseAsync(EngineKit.Workspace, new(null, new("user_id", "U")), false, false);
        var replayed = await run.SendAsync(Archive);

        Assert.Contains(replayed.Reasons, r => r.Code == ReasonCodes.Erased);
        Assert.Equal("", await run.ProfilesAsync());
    }

    private static IEnumerable<string[]> Orders(string[] items) => items.Length == 1
        ? [items]
        : items.SelectMany((item, i) => Orders([.. items[..i], .. items[(i + 1)..]]).Select(rest => (string[])[item, .. rest]));
}
