using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cdp.Core.Activation;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Activation.Model;

/// <summary>What is right, worked out slowly from everything that was ever sent.</summary>
/// <param name="caps">The workspace's caps.</param>
internal sealed class ModelPolicy((string? Channel, int Max, int Hours)[] caps)
{
    private const long Hour = 3_600_000;

    public (string Code, long? QuietUntilMs) Judge(ModelTrigger trigger, ModelPerson person, IReadOnlyList<ModelSend> sends, bool isLate, long nowMs)
    {
        if (trigger.IsPaused) return (DecisionCodes.Paused, null);
        if (isLate) return (DecisionCodes.Historical, null);
        if (trigger.NeedsPro && !person.IsPro) return (DecisionCodes.ConditionFalse, null);
        if (trigger.NeedsConsent && !person.Profile.HasConsented) return (DecisionCodes.NoConsent, null);
        if (trigger.Holdout > 0 && IsHeld(trigger, person)) return (DecisionCodes.Holdout, null);
        var quietUntilMs = trigger.Quiet?.EndMs(nowMs, person.Zone);
        if (quietUntilMs is not null && !trigger.Defers) return (DecisionCodes.QuietHours, quietUntilMs);
        if (Capped(trigger, sends, quietUntilMs ?? nowMs) is { } code) return (code, quietUntilMs is null ? null : quietUntilMs);
        return (quietUntilMs is null ? DecisionCodes.Acted : DecisionCodes.Deferred, quietUntilMs);
    }

    public string? Capped(ModelTrigger trigger, IReadOnlyList<ModelSend> sends, long atMs)
    {
        if (trigger.CooldownHours > 0 && sends.Any(s => s.Trigger.Id == trigger.Id && Math.Abs(s.AtMs - atMs) < trigger.CooldownHours * Hour)) return DecisionCodes.Cooldown;
        if (trigger.Cap is { } own && Overfull(own.Max, own.Hours, s => s.Trigger.Id == trigger.Id)) return DecisionCodes.CappedTrigger;
        if (caps.Any(c => c.Channel is not null && c.Channel == trigger.Channel && Overfull(c.Max, c.Hours, s => s.Trigger.Channel == c.Channel))) return DecisionCodes.CappedChannel;
        if (caps.Any(c => c.Channel is null && Overfull(c.Max, c.Hours, _ => true))) return DecisionCodes.CappedTotal;
        return trigger.OtherChannelHours > 0 && sends.Any(
            s => s.Trigger.Message == trigger.Message && s.Trigger.Channel != trigger.Channel && Math.Abs(s.AtMs - atMs) < trigger.OtherChannelHours * Hour)
            ? DecisionCodes.SameMessageOtherChannel
            : null;

        // With the one more, does any window that it lies in hold too many? It is enough to let windows end with each send.
        bool Overfull(int max, int hours, Func<ModelSend, bool> counts)
        {
            long[] times = [.. sends.Where(counts).Select(s => s.AtMs), atMs];
            return times.Where(end => end >= atMs && end - (hours * Hour) < atMs).Any(end => times.Count(t => t > end - (hours * Hour) && t <= end) > max);
        }
    }

    private static bool IsHeld(ModelTrigger trigger, ModelPerson person)
    {
        byte[] text = [.. Make.Stream(person.Streams.Min).Value.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(trigger.Id)];
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(text)) / Math.Pow(2, 64) < trigger.Holdout;
    }
}
