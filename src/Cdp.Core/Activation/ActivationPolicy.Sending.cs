using System.Text.Json;
using Cdp.Core.Activation.State;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Activation;

/// <summary>Whether a message that was decided may be sent now.</summary>
/// <param name="MaySend">Whether it may.</param>
/// <param name="Code">Why not, one of <see cref="DecisionCodes"/>; null when it may.</param>
/// <param name="NotBeforeMs">Unix milliseconds at which to ask again; null when it may be sent, and when it never may.</param>
public readonly record struct SendVerdict(bool MaySend, string? Code, long? NotBeforeMs);

public static partial class ActivationPolicy
{
    /// <summary>
    /// Looks again just before a message is sent, however long after its decision: whether its trigger still stands and is not paused or over, its rule holds, consent is in force, it is not quiet, and no cap
    /// is exceeded, as by a merge. Sends that were due before it count, itself and later ones do not, so that of two that are one too many exactly one goes out.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="message">The message, as <see cref="Decide"/> made it.</param>
    /// <param name="facts">The customer now: of a customer who was absorbed, the one who absorbed it.</param>
    /// <param name="state">Its state now.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>Whether it may be sent, never, or later.</returns>
    /// <exception cref="FormatException">The message is none of ours.</exception>
    public static SendVerdict MayStillSend(TriggerPlan plan, OutboxMessage message, ActivationFacts facts, ActivationState state, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(state);
        var (id, name) = HeadOf(message);
        if (plan.Find(name) is not { } trigger) return Never(DecisionCodes.TriggerGone);
        if (trigger.IsPaused) return Never(DecisionCodes.Paused);
        if (nowMs < trigger.ActiveFromMs || nowMs >= trigger.ActiveUntilMs) return Never(DecisionCodes.NotActive);
        if (trigger.Condition is { } rule && !plan.Audiences.Holds(rule, facts.Profile, nowMs)) return Never(DecisionCodes.ConditionFalse);
        if (!HasConsent(trigger, facts)) return Never(DecisionCodes.NoConsent);
        if (trigger.QuietHours is { } hours && hours.EndMs(nowMs, ZoneOf(hours, facts, null)) is { } quietUntilMs)
            return new(false, DecisionCodes.QuietHours, hours.Defers ? quietUntilMs : null);
        var key = TriggerDecision.KeyOf(id);
        List<Send> sends = [.. state.Parts.SelectMany(p => p.Sends)];

        // One that no window reaches back to any more is forgotten, and so is all that was due before it.
        if (sends.Find(s => s.Key == key) is not { } own) return new(true, null, null);
        return Capped(plan, trigger, sends.FindAll(s => s.AtMs < own.AtMs || (s.AtMs == own.AtMs && s.Key < key)), Math.Max(nowMs, own.AtMs)) is { } code ? Never(code) : new(true, null, null);

        static SendVerdict Never(string code) => new(false, code, null);
    }

    private static (string Id, string Trigger) HeadOf(OutboxMessage message)
    {
        try
        {
            using var document = JsonDocument.Parse(message.Body, new JsonDocumentOptions { MaxDepth = 128 });
            var root = document.RootElement;
            return (root.GetProperty("id"u8).GetString()!, root.GetProperty("trigger"u8).GetString()!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Without the original, which may quote what it met.
            throw new FormatException("The message is none that a trigger put out.");
        }
    }
}
