using System.Buffers;
using Cdp.Core.Activation.Definitions;
using Cdp.Core.Activation.Limits;
using Cdp.Core.Activation.State;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Events;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Activation;

public static partial class ActivationPolicy
{
    private static readonly JsonPath ContextZone = JsonPath.Of("timezone");

    /// <summary>The first limit that one more send at a moment would break.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="trigger">The trigger.</param>
    /// <param name="sends">All sends that count against it.</param>
    /// <param name="atMs">Unix milliseconds of the one more.</param>
    /// <returns>The code; null when it may be sent.</returns>
    private static string? Capped(TriggerPlan plan, TriggerDefinition trigger, List<Send> sends, long atMs)
    {
        if (sends.Count == 0) return null;
        if (trigger.CooldownMs > 0 && sends.Exists(s => s.Trigger == trigger.Id && Math.Abs(atMs - s.AtMs) < trigger.CooldownMs)) return DecisionCodes.Cooldown;
        if (IsReached(trigger.Caps, sends, s => s.Trigger == trigger.Id, atMs)) return DecisionCodes.CappedTrigger;
        if (trigger.Channel is { } channel && IsReached(plan.CapsOf(channel), sends, s => s.Channel == channel, atMs)) return DecisionCodes.CappedChannel;
        if (IsReached(plan.CapsOf(null), sends, _ => true, atMs)) return DecisionCodes.CappedTotal;
        return trigger.OtherChannelMs > 0 && sends.Exists(s => s.Message == trigger.Message && s.Channel != trigger.Channel && Math.Abs(atMs - s.AtMs) < trigger.OtherChannelMs)
            ? DecisionCodes.SameMessageOtherChannel
            : null;
    }

    private static bool IsReached(IReadOnlyList<Cap> caps, List<Send> sends, Func<Send, bool> counts, long atMs)
    {
        if (caps.Count == 0) return false;
        var times = ArrayPool<long>.Shared.Rent(sends.Count);
        try
        {
            var count = 0;
            foreach (var send in sends)
            {
                if (counts(send)) times[count++] = send.AtMs;
            }

            for (var i = 0; i < caps.Count; i++)
            {
                if (caps[i].IsReached(times.AsSpan(0, count), atMs)) return true;
            }

            return false;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(times);
        }
    }

    /// <summary>The trait <c>timezone</c>, else <c>context.timezone</c> of the event, else the definition's own; names that this machine does not know are passed over.</summary>
    private static TimeZoneInfo ZoneOf(QuietHours hours, ActivationFacts facts, CustomerEvent? e)
    {
        var trait = facts.Profile.Trait("timezone");
        if (Zone(trait, JsonWhole.Of(trait)) is { } own) return own;
        return e is not null && Zone(e.Context.Span, ContextZone.FindIn(e.Context.Span)) is { } sent ? sent : hours.Zone;

        static TimeZoneInfo? Zone(ReadOnlySpan<byte> json, JsonSlice slice) =>
            slice is { IsString: true, Length: > 0 and <= 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(JsonText.Read(json, slice), out var zone) ? zone : null;
    }
}
