using System.Text.Json;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Standalone.Tests.Engine;

namespace Cdp.Standalone.Tests.Identity;

/// <summary>Cases D: illegal, blocked and malformed values.</summary>
public sealed class IllegalValueCases
{
    public static TheoryData<string> Illegal => ["", "   ", "null", "undefined", "\"undefined\"", "[object Object]", "'[object Object]'", "\"[object Object]\""];

    [Theory]
    [MemberData(nameof(Illegal))]
    public async Task D1_An_illegal_target_merges_and_creates_nothing(string x)
    {
        var run = new CaseRun("posthog");
        await run.SendAsync("page anon=A");
        var outcome = await run.Kit.SendAsync($$"""{"type":"identify","userId":{{JsonSerializer.Serialize(x)}},"anonymousId":"A"}""", 2);

        Assert.Equal((EventStatus.Applied, run.Outcomes[0].Profile), (outcome.Status, outcome.Profile));
        Assert.Contains(outcome.Reasons, r => r.Code == ReasonCodes.IdentifierBlocked);
        Assert.Equal(["distinct_id:A"], (await run.FindAsync("anonymous_id", "A")).Identifiers());
    }

    [Theory]
    [MemberData(nameof(Illegal))]
    public async Task D2_An_illegal_source_merges_nothing(string x)
    {
        var run = new CaseRun("posthog");
        var outcome = await run.Kit.SendAsync($$"""{"type":"identify","userId":"U","anonymousId":{{JsonSerializer.Serialize(x)}}}""", 1);
        var alias = await run.Kit.SendAsync($$"""{"type":"alias","userId":"U","previousId":{{JsonSerializer.Serialize(x)}}}""", 2);

        Assert.Equal((EventStatus.Applied, EventStatus.Applied), (outcome.Status, alias.Status));
        Assert.Contains(outcome.Reasons, r => r.Code == ReasonCodes.IdentifierBlocked);
        Assert.Contains(alias.Reasons, r => r.Code == ReasonCodes.IdentifierBlocked);
        Assert.Equal(["distinct_id:U"], (await run.FindAsync("user_id", "U")).Identifiers());
    }

    [Theory]
    [InlineData("D4", "posthog", "GUEST", false)]
    [InlineData("D4", "posthog", "uNdEfInEd", false)]
    [InlineData("D4", "posthog", "nan", true)]
    [InlineData("D4", "posthog", "NaN", false)]
    [InlineData("D4", "posthog", "Null", true)]
    [InlineData("D4", "posthog", "null", false)]
    [InlineData("D5", "segment", "0000-0000", false)]
    [InlineData("D5", "segment", "-1", false)]
    [InlineData("D5", "segment", "anonymous", false)]
    [InlineData("D5", "segment", "0000-1000", true)]
    [InlineData("D13", "default", "None", false)]
    [InlineData("D13", "posthog", "None", false)]
    [InlineData("D13", "adobe", "invalid", false)]
    public async Task Blocked(string id, string preset, string value, bool allowed)
    {
        var run = new CaseRun(preset);
        var outcome = await run.SendAsync($"identify user={value} anon=A");

        Assert.Equal((id, allowed), (id, await run.FindAsync("user_id", value) is not null));
        Assert.Equal((id, allowed), (id, !outcome.Reasons.Any(r => r.Code == ReasonCodes.IdentifierBlocked)));
        Assert.NotNull(await run.FindAsync("anonymous_id", "A"));
    }

    [Fact]
    public async Task D7_A_value_that_is_blocked_later_leaves_what_was_merged_and_matches_nothing_new()
    {
        var run = new CaseRun("segment");
        await run.SendAsync("identify user=abc123 anon=a; identify user=abc123 anon=b");
        run.Kit.Rules = CaseRun.Rules("segment", """{"BlockedExactly":["abc123"]}""");
        var blocked = await run.SendAsync("identify user=abc123 anon=c");

        Assert.Contains(blocked.Reasons, r => r.Code == ReasonCodes.IdentifierBlocked);
        Assert.Equal(CaseRun.Sorted("a b abc123 | c"), await run.ProfilesAsync());
    }

    [Theory]
    [InlineData("D8", "posthog", "identify user=user-456; identify user=USER-456", "user-456 | USER-456", "{}")]
    [InlineData("D8", "default", "identify user=user-456; identify user=USER-456", "user-456 | USER-456", "{}")]
    [InlineData("D8", "segment", "identify user=user-456; identify user=USER-456", "user-456", """{"Types":{"user_id":{"Normalize":"lower"}}}""")]
    [InlineData("D8", "segment", "identify email=a@x.com; identify email=A@X.com", "a@x.com", "{}")]
    [InlineData("D11", "segment", "identify phone=+5555550123; identify phone=+55(55)550123", "+5555550123", "{}")]
    [InlineData("D11", "segment", "identify phone=+15555550123; identify phone=5555550123", "+15555550123", """{"DefaultRegion":"US"}""")]
    [InlineData("D11", "segment", "identify phone=+5555550123; identify phone=5555550123", "+5555550123 | 5555550123", """{"Types":{"phone":{"Normalize":"none"}}}""")]
    [InlineData("D13", "default", "identify user=None anon=a; identify user=None anon=b", "a | b", "{}")]
    [InlineData("D14", "default", "identify user=u1 email=; identify user=u2 email=; identify user=u3 phone=", "u1 | u2 | u3", "{}")]
    public async Task Spelling(string id, string preset, string events, string profiles, string knobs)
    {
        var run = new CaseRun(preset, knobs);
        await run.SendAsync(events);

        Assert.Equal((id, CaseRun.Sorted(profiles)), (id, await run.ProfilesAsync()));
    }

    [Fact]
    public async Task D5_A_blocked_value_is_still_on_the_event()
    {
        var run = new CaseRun("segment");
        await run.SendAsync("identify user=0000-0000 anon=A t.x=1");
        var page = await run.Kit.Grid.TimelineAsync(EngineKit.Workspace, new(null, new("anonymous_id", "A")), 10, null, null);

        Assert.Contains(page!.Events[0].LeftOut, r => r is { Code: ReasonCodes.IdentifierBlocked, Identifier: "user_id:0000-0000" });
    }

    [Fact]
    public async Task D10_A_number_is_the_text_that_it_is_written_as()
    {
        var run = new CaseRun("default");
        await run.Kit.SendAsync("""{"type":"identify","userId":42}""", 1);
        await run.Kit.SendAsync("""{"type":"identify","userId":"42"}""", 2);

        Assert.Equal(2, (await run.FindAsync("user_id", "42")).EventCount());
    }
}
