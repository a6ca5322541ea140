using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Journal.Index;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Activation;

/// <summary>What is looked at again before a message goes out.</summary>
public sealed class SendingTests
{
    private const long Hour = 3_600_000;

    private static readonly string Trigger = Kit.OnEvent(
        "Bought", $$"""{"consent":{{Kit.Consented}},"rule":{"trait":"plan","op":"ne","value":"gone"},"caps":[{"max":1,"within":"1d"}]}""");

    private static readonly TriggerPlan Plan = Kit.Plan(Trigger);

    [Fact]
    public void Consent_that_was_withdrawn_meanwhile_is_heeded()
    {
        var (message, state) = Decided(Plan);
        Assert.Equal(new(true, null, null), ActivationPolicy.MayStillSend(Plan, message, Kit.Facts(), state, Make.Start + Hour));
        Assert.Equal(
            new(false, "no_consent", null), ActivationPolicy.MayStillSend(Plan, message, Kit.Facts(new() { HasConsented = false }), state, Make.Start + Hour));
    }

    [Fact]
    public void A_rule_that_no_longer_holds_is_heeded()
    {
        var (message, state) = Decided(Plan);
        var gone = Kit.Facts(new() { Traits = { ["plan"] = "\"gone\"" } });
        Assert.Equal(new(false, "condition_false", null), ActivationPolicy.MayStillSend(Plan, message, gone, state, Make.Start));
    }

    [Fact]
    public void A_trigger_that_was_paused_changed_or_deleted_is_heeded()
    {
        var (message, state) = Decided(Plan);
        Assert.Equal("trigger_gone", Verdict(TriggerPlan.Empty).Code);
        Assert.Equal("paused", Verdict(Kit.Plan(Trigger[..^1] + ",\"paused\":true}")).Code);
        Assert.Equal("not_active", Verdict(Kit.Plan(Trigger[..^1] + ",\"activeUntil\":\"2026-01-01\"}")).Code);

        SendVerdict Verdict(TriggerPlan plan) => ActivationPolicy.MayStillSend(plan, message, Kit.Facts(), state, Make.Start);
    }

    [Theory]
    [InlineData("skip", null)]
    [InlineData("defer", 10 * Hour)]
    public void A_retry_does_not_come_at_night(string otherwise, long? again)
    {
        var plan = Kit.Plan(Kit.OnEvent("Bought", $$$"""{"quietHours":{"from":"01:00","to":"10:00","otherwise":"{{{otherwise}}}"}}"""));
        var (message, state) = Decided(plan);
        Assert.True(ActivationPolicy.MayStillSend(plan, message, Kit.Facts(), state, Make.Start + Hour - 1).MaySend);
        Assert.Equal(new(false, "quiet_hours", Make.Start + again), ActivationPolicy.MayStillSend(plan, message, Kit.Facts(), state, Make.Start + Hour));
        Assert.True(ActivationPolicy.MayStillSend(plan, message, Kit.Facts(), state, Make.Start + (10 * Hour)).MaySend);
    }

    [Fact]
    public void Of_two_messages_that_a_merge_makes_one_too_many_one_goes_out()
    {
        var (one, left) = Decided(Plan);
        var (other, right) = Decided(Plan, "m2", part: 2);
        var merged = ActivationState.Join(left, right);
        SendVerdict[] verdicts = [.. new[] { one, other }.Select(m => ActivationPolicy.MayStillSend(Plan, m, Kit.Facts(null, 1, 2), merged, Make.Start + Hour))];
        Assert.Single(verdicts, new SendVerdict(true, null, null));
        Assert.Single(verdicts, new SendVerdict(false, "capped_trigger", null));

        // Parted again, each has its own.
        Assert.True(ActivationPolicy.MayStillSend(Plan, one, Kit.Facts(), merged.Only([Make.Stream(1)]), Make.Start).MaySend);
        Assert.True(ActivationPolicy.MayStillSend(Plan, other, Kit.Facts(null, 2), merged.Only([Make.Stream(2)]), Make.Start).MaySend);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":1,\"trigger\":\"t\"}")]
    [InlineData("no json")]
    public void What_is_none_of_our_messages_is_an_error(string body) => Assert.Throws<FormatException>(() => ActivationPolicy.MayStillSend(
        Plan, new OutboxMessage("webhook:crm", "m", Make.Stream(1), 0, System.Text.Encoding.UTF8.GetBytes(body)), Kit.Facts(), ActivationState.Empty, Make.Start));

    private static (OutboxMessage Message, ActivationState State) Decided(TriggerPlan plan, string messageId = "m1", int part = 1)
    {
        var outcome = ActivationPolicy.Decide(plan, [Kit.Event(0, messageId, part: part)], Kit.Facts(null, part), ActivationState.Empty, Make.Start);
        return (Assert.Single(outcome.Messages), outcome.State);
    }
}
