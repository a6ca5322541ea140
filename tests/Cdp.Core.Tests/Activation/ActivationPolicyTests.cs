using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Activation;

/// <summary>Each reason not to act, and the exact edges of what is counted.</summary>
public sealed class ActivationPolicyTests
{
    private const long Minute = 60_000, Hour = 60 * Minute;

    [Theory]
    [InlineData("{}", ""","paused":true""", "paused")]
    [InlineData("{}", ""","activeUntil":"2026-01-01T00:00:00Z" """, "not_active")]
    [InlineData("{}", ""","activeFrom":"2026-01-01T00:00:00Z" """, "acted")]
    [InlineData("{}", ""","activeFrom":"2026-01-01T00:00:01Z" """, "not_active")]
    [InlineData("""{"rule":{"trait":"plan","op":"eq","value":"pro"}}""", "", "condition_false")]
    [InlineData("""{"rule":{"identifier":"email"}}""", "", "acted")]
    [InlineData("""{"holdout":{"share":1}}""", "", "holdout")]
    [InlineData("""{"holdout":{"share":0}}""", "", "acted")]
    [InlineData("""{"quietHours":{"from":"23:00","to":"01:00"}}""", "", "quiet_hours")]
    [InlineData("""{"quietHours":{"from":"23:00","to":"00:00"}}""", "", "acted")]
    [InlineData("""{"quietHours":{"from":"00:00","to":"00:01","otherwise":"defer"}}""", "", "deferred")]
    public void One_event_is_decided(string conditions, string more, string code) => Assert.Equal(code, Decide(Kit.Plan(Kit.OnEvent("Bought", conditions, more)), 0, "m1").Code());

    [Fact]
    public void Without_consent_nothing_is_sent()
    {
        var plan = Kit.Plan(Kit.OnEvent("Bought", $$"""{"consent":{{Kit.Consented}}}"""));
        var outcome = ActivationPolicy.Decide(plan, [Kit.Event(0, "m1")], Kit.Facts(new() { HasConsented = false }), ActivationState.Empty, Make.Start);
        Assert.Equal(DecisionCodes.NoConsent, outcome.Code());
        Assert.Empty(outcome.Messages);
    }

    [Fact]
    public void What_came_late_or_is_marked_triggers_nothing()
    {
        var plan = Kit.Plan(Kit.OnEvent("Bought"));
        Assert.Equal(DecisionCodes.Acted, Decide(plan, Kit.Event(Hour, "m1", lateMs: 10 * Minute), Hour).Code());
        Assert.Equal(DecisionCodes.Historical, Decide(plan, Kit.Event(Hour, "m1", lateMs: (10 * Minute) + 1), Hour).Code());
        Assert.Equal(DecisionCodes.Historical, Decide(plan, Kit.Event(Hour, "m1", more: ""","context":{"historical":true}"""), Hour).Code());

        // Noticed late, whatever it is: a sweep that was down.
        Assert.Equal(DecisionCodes.Historical, Decide(plan, Kit.Event(0, "m1"), (10 * Minute) + 1).Code());
    }

    [Fact]
    public void An_occurrence_is_decided_once_and_its_id_is_the_same_before_and_after_a_merge()
    {
        var plan = Kit.Plan(Kit.OnEvent("Bought"));
        var first = Decide(plan, 0, "m1");
        Assert.Null(Decide(plan, Kit.Event(0, "m1"), 5, first.State).Record);
        Assert.Single(ActivationPolicy.Decide(plan, [Kit.Event(0, "m1"), Kit.Event(0, "m1")], Kit.Facts(), ActivationState.Empty, Make.Start).Messages);

        // Another profile absorbs this one: the repeat is known there, and would have the same id if it were not.
        var merged = ActivationState.Join(Decide(plan, Kit.Event(0, "other", part: 9), 0).State, first.State);
        Assert.Null(Decide(plan, Kit.Event(0, "m1"), 5, merged).Record);
        var anew = ActivationPolicy.Decide(plan, [Kit.Event(0, "m1", part: 7)], Kit.Facts(null, 9, 7), ActivationState.Empty, Make.Start + 5);
        Assert.Equal(Assert.Single(first.Record!.Decisions).Id, Assert.Single(anew.Record!.Decisions).Id);

        // Two people may send one message id.
        var other = Occasion.OfEvent(Make.Event(0, "m1", ",\"n\":\"Bought\"", by: new Core.Identity.Identifier("user_id", "u2")), Make.Stream(1));
        Assert.NotEqual(Assert.Single(first.Record!.Decisions).Id, Assert.Single(Decide(plan, other, 0).Record!.Decisions).Id);
    }

    [Theory]
    [InlineData("""{"cooldown":"1h"}""", "cooldown")]
    [InlineData("""{"caps":[{"max":1,"within":"1h"}]}""", "capped_trigger")]
    public void A_window_ends_to_the_millisecond(string conditions, string code)
    {
        var plan = Kit.Plan(Kit.OnEvent("Bought", conditions));
        var first = Decide(plan, 0, "m1");
        var refused = Decide(plan, Kit.Event(Hour - 1, "m2"), Hour - 1, first.State);
        Assert.Equal(code, refused.Code());
        Assert.Equal(DecisionCodes.Acted, Decide(plan, Kit.Event(Hour, "m3"), Hour, refused.State).Code());
    }

    [Fact]
    public void Caps_of_the_workspace_count_all_triggers_and_each_channel()
    {
        string[] triggers =
        [
            Kit.OnEvent("A", more: ""","channel":"push" """, id: "push-1"), Kit.OnEvent("B", more: ""","channel":"push" """, id: "push-2"),
            Kit.OnEvent("C", more: ""","channel":"email" """, id: "email"), Kit.OnEvent("D", id: "none"),
        ];
        var plan = Kit.Plan("""{"caps":[{"channel":"push","max":1,"within":"1h"},{"max":3,"within":"1h"}]}""", Audiences(), triggers);
        var state = ActivationState.Empty;
        Assert.Equal(["acted", "capped_channel", "acted", "acted", "capped_total"], "ABCDD".Select((name, i) => Step(name.ToString(), i)));
        Assert.Equal("acted", Step("B", Hour));
        Assert.Equal("acted", Step("C", Hour + 2));

        string Step(string name, long at)
        {
            var outcome = ActivationPolicy.Decide(plan, [Kit.Event(at, $"m{at}", name)], Kit.Facts(), state, Make.Start + at);
            state = Kit.Read(Kit.Bytes(outcome.State));
            return outcome.Code();
        }
    }

    [Fact]
    public void The_same_message_does_not_come_over_two_channels()
    {
        var plan = Kit.Plan(
            Kit.OnEvent("A", """{"notOverTwoChannelsWithin":"30m"}""", ""","channel":"push","message":"sale" """, "push"),
            Kit.OnEvent("B", """{"notOverTwoChannelsWithin":"30m"}""", ""","channel":"email","message":"sale" """, "email"),
            Kit.OnEvent("C", "{}", ""","channel":"email","message":"other" """, "other"));
        var first = Decide(plan, Kit.Event(0, "m1", "A"), 0);
        var second = Decide(plan, Kit.Event((30 * Minute) - 1, "m2", "B"), (30 * Minute) - 1, first.State);
        Assert.Equal(DecisionCodes.SameMessageOtherChannel, second.Code());
        Assert.Equal(DecisionCodes.Acted, Decide(plan, Kit.Event(1, "m3", "C"), 1, first.State).Code());
        Assert.Equal(DecisionCodes.Acted, Decide(plan, Kit.Event(1, "m4", "A"), 1, first.State).Code());
        Assert.Equal(DecisionCodes.Acted, Decide(plan, Kit.Event(30 * Minute, "m5", "B"), 30 * Minute, second.State).Code());
    }

    [Fact]
    public void What_is_put_off_counts_at_its_own_time_and_no_window_around_it_is_overfull()
    {
        var plan = Kit.Plan(
            Kit.OnEvent("Bought", """{"quietHours":{"from":"00:00","to":"08:00","otherwise":"defer"},"caps":[{"max":1,"within":"4h"}]}"""));
        var put = Decide(plan, 0, "m1");
        var decision = Assert.Single(put.Record!.Decisions);
        Assert.Equal((DecisionCodes.Deferred, Make.Start + (8 * Hour)), (decision.Code, decision.QuietUntilMs));
        Assert.Equal(Make.Start + (8 * Hour), Assert.Single(put.Messages).NotBeforeMs);
        var again = Decide(plan, Kit.Event(Hour, "m2"), Hour, put.State);
        Assert.Equal(DecisionCodes.CappedTrigger, again.Code());
        Assert.Equal(DecisionCodes.CappedTrigger, Decide(plan, Kit.Event((12 * Hour) - 1, "m3"), (12 * Hour) - 1, again.State).Code());
        Assert.Equal(DecisionCodes.Acted, Decide(plan, Kit.Event(12 * Hour, "m4"), 12 * Hour, again.State).Code());
    }

    [Fact]
    public void The_zone_is_the_traits_then_the_events_then_the_definitions()
    {
        // Midnight in London is one o'clock in Oslo and nine in the morning in Tokyo.
        var plan = Kit.Plan(Kit.OnEvent("Bought", """{"quietHours":{"from":"01:00","to":"02:00","zone":"Europe/Oslo"}}"""));
        Assert.Equal(DecisionCodes.QuietHours, Decide(plan, 0, "m").Code());
        Assert.Equal(DecisionCodes.Acted, Decide(plan, Kit.Event(0, "m", more: ""","context":{"timezone":"Asia/Tokyo"}"""), 0).Code());
        Assert.Equal(DecisionCodes.QuietHours, Decide(plan, Kit.Event(0, "m", more: ""","context":{"timezone":"Mars/Olympus"}"""), 0).Code());
        var facts = Kit.Facts(new() { Traits = { ["timezone"] = "\"Europe/Oslo\"" } });
        Assert.Equal(
            DecisionCodes.QuietHours,
            ActivationPolicy.Decide(plan, [Kit.Event(0, "m", more: ""","context":{"timezone":"Asia/Tokyo"}""")], facts, ActivationState.Empty, Make.Start).Code());
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_a_full_memory_sends_nothing()
    {
        var plan = Kit.Plan(Kit.OnEvent("Bought", """{"notOverTwoChannelsWithin":"1h"}""", ""","channel":"push","message":"sale" """));
        var state = ActivationState.Empty;
        for (var i = 0; i < 1_000; i++)
        {
            var outcome = Decide(plan, Kit.Event(i, $"m{i}"), i, state);
            Assert.Equal(DecisionCodes.Acted, outcome.Code());
            state = outcome.State;
        }

        var full = Decide(plan, Kit.Event(1_000, "full"), 1_000, state);
        Assert.Equal(DecisionCodes.TooManySends, full.Code());
        Assert.InRange(Kit.Bytes(full.State).Length, 1_000, 100_000);
        Assert.Equal(256, Assert.Single(full.State.Parts).Recent.Length);
        var later = Decide(plan, Kit.Event(Hour + 2_000, "later"), Hour + 2_000, full.State);
        Assert.Equal(DecisionCodes.Acted, later.Code());
        Assert.Single(Assert.Single(later.State.Parts).Sends);
    }

    private static Core.Audiences.DefinitionSet Audiences() => Core.Audiences.DefinitionSet.Empty;

    private static ActivationOutcome Decide(TriggerPlan plan, long at, string messageId) => Decide(plan, Kit.Event(at, messageId), at);

    private static ActivationOutcome Decide(TriggerPlan plan, Occasion occasion, long at, ActivationState? state = null) =>
        ActivationPolicy.Decide(plan, [occasion], Kit.Facts(), state ?? ActivationState.Empty, Make.Start + at);
}
