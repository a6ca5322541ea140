namespace Cdp.Core.Activation;

/// <summary>Why a trigger acted or did not. They are part of the HTTP contract: codes are added, never renamed. <c>docs/triggers.md</c> lists them.</summary>
public static class DecisionCodes
{
#pragma warning disable CS1591 // Each code is its own documentation; the groups say where it can appear.

    // It acts (ActivationPolicy.Decide).
    public const string Acted = "acted";
    public const string Deferred = "deferred";

    // It does not act (ActivationPolicy.Decide), or what it decided is not sent after all (ActivationPolicy.MayStillSend).
    public const string Paused = "paused";
    public const string NotActive = "not_active";
    public const string Historical = "historical";
    public const string ConditionFalse = "condition_false";
    public const string NoConsent = "no_consent";
    public const string Holdout = "holdout";
    public const string QuietHours = "quiet_hours";
    public const string Cooldown = "cooldown";
    public const string CappedTrigger = "capped_trigger";
    public const string CappedChannel = "capped_channel";
    public const string CappedTotal = "capped_total";
    public const string SameMessageOtherChannel = "same_message_other_channel";
    public const string TooManySends = "too_many_sends";
    public const string PayloadTooLarge = "payload_too_large";

    // What was decided is not sent (ActivationPolicy.MayStillSend alone).
    public const string TriggerGone = "trigger_gone";
#pragma warning restore CS1591

    /// <summary>Whether a decision with this code puts messages out.</summary>
    /// <param name="code">The code.</param>
    /// <returns>True for <see cref="Acted"/> and <see cref="Deferred"/>.</returns>
    public static bool Acts(string code) => code is Acted or Deferred;
}
