using System.Security.Cryptography;
using System.Text;
using Cdp.Core.Activation.Definitions;
using Cdp.Core.Activation.State;
using Cdp.Core.Activation.Templates;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Activation;

/// <summary>The outcome of <see cref="ActivationPolicy.Decide"/>.</summary>
/// <param name="State">The state from now on.</param>
/// <param name="Record">What to write down, in the unit that puts the messages out; null when there is nothing.</param>
/// <param name="Messages">What to put out.</param>
public sealed record ActivationOutcome(ActivationState State, DecidedActions? Record, IReadOnlyList<OutboxMessage> Messages);

/// <summary>Decides what triggers do. Pure: the same plan, occasions, facts, state and moment give the same decisions and bytes.</summary>
public static partial class ActivationPolicy
{
    private static readonly Dictionary<string, bool> NoChange = [];

    /// <summary>
    /// Looks on which side of their values computed traits stand, where the state does not know: before the first event after a customer came into memory, a trigger was made, or profiles
    /// were merged or split. Without it the first look counts as no crossing. What it finds need not be written down.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="facts">The customer before the event.</param>
    /// <param name="state">The state.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>The state with all sides known; the same object when they were.</returns>
    public static ActivationState Observe(TriggerPlan plan, ActivationFacts facts, ActivationState state, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(state);
        Dictionary<string, bool>? found = null;
        foreach (var watch in plan.Crossings)
        {
            if (!state.Crossings.ContainsKey(watch.Name)) (found ??= [])[watch.Name] = IsBeyond(plan, watch, facts, nowMs);
        }

        return found is null ? state : state.WithCrossings(found);
    }

    /// <summary>
    /// Decides once for each occasion and each trigger that waits for it, in the order of the occasions and of the plan; what one decision sends counts for the next. An occasion that was decided
    /// before gives nothing. One that is historical, or happened more than ten minutes (<see cref="Lateness.Limit"/>) ago, triggers nothing.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="occasions">What happened. Computed traits are looked at once, as of the last event or moment among them that is not historical.</param>
    /// <param name="facts">The customer, with all occasions taken in.</param>
    /// <param name="state">The state.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>The new state, the decisions and the messages.</returns>
    public static ActivationOutcome Decide(TriggerPlan plan, IReadOnlyList<Occasion> occasions, ActivationFacts facts, ActivationState state, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(occasions);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(state);
        var turn = new Turn(plan, facts, state, nowMs);
        foreach (var occasion in occasions)
        {
            foreach (var at in plan.WaitingFor(occasion)) turn.Decide(at, occasion);
        }

        var crossed = plan.HasCrossings && Last(occasions, nowMs) is { } last ? turn.Cross(last) : NoChange;
        if (turn.Decisions.Count == 0 && crossed.Count == 0) return new(state, null, []);
        var record = new DecidedActions(turn.Decisions, crossed);
        return new(state.With(record), record, turn.Messages);
    }

    /// <summary>The id of a decision: it depends on the trigger and the occurrence alone.</summary>
    internal static string DecisionId(string trigger, string occurrence) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(trigger, "\0", occurrence))).AsSpan(0, 16));

    private static bool IsBeyond(TriggerPlan plan, CrossingWatch watch, ActivationFacts facts, long nowMs) =>
        watch.When.IsBeyond(plan.Audiences.Compute(watch.Computed, facts.Profile.Windows, nowMs).Number);

    private static bool IsHistory(Occasion occasion, long nowMs) => occasion.IsHistorical || nowMs - occasion.AtMs > (long)Lateness.Limit.TotalMilliseconds;

    private static Occasion? Last(IReadOnlyList<Occasion> occasions, long nowMs)
    {
        Occasion[] looks = [.. occasions.Where(o => o.Kind is OccasionKind.Event or OccasionKind.Computed)];
        return looks.LastOrDefault(o => !IsHistory(o, nowMs)) ?? looks.LastOrDefault();
    }

    /// <summary>One call of <see cref="ActivationPolicy.Decide"/> while it is decided.</summary>
    private sealed class Turn(TriggerPlan plan, ActivationFacts facts, ActivationState state, long nowMs)
    {
        private readonly List<Send> _sends = [.. state.Parts.SelectMany(p => p.Sends)];

        public List<TriggerDecision> Decisions { get; } = [];

        public List<OutboxMessage> Messages { get; } = [];

        /// <summary>Decides one trigger, unless that was done before.</summary>
        public void Decide(int at, Occasion occasion)
        {
            var trigger = plan.Triggers[at];
            var id = DecisionId(trigger.Id, occasion.Occurrence);
            var key = TriggerDecision.KeyOf(id);
            if (state.Remembers(key) || Decisions.Exists(d => d.Id == id)) return;
            var (code, quietUntilMs) = Judge(trigger, occasion);
            var decision = new TriggerDecision(id, trigger.Id, trigger.Version, code, occasion.Kind, occasion.Subject, occasion.Part, occasion.AtMs, nowMs) { QuietUntilMs = quietUntilMs };
            Decisions.Add(DecisionCodes.Acts(code) ? Send(decision, at, occasion, key) : decision);
        }

        /// <summary>Decides the triggers that wait for computed traits which have crossed their values.</summary>
        /// <returns>The crossings that have changed sides, or were looked at for the first time.</returns>
        public Dictionary<string, bool> Cross(Occasion last)
        {
            Dictionary<string, bool>? changed = null;
            foreach (var watch in plan.Crossings)
            {
                var isBeyond = IsBeyond(plan, watch, facts, nowMs);
                var isKnown = state.Crossings.TryGetValue(watch.Name, out var wasBeyond);
                if (isKnown && isBeyond == wasBeyond) continue;
                (changed ??= new(StringComparer.Ordinal))[watch.Name] = isBeyond;
                if (!isKnown || !isBeyond) continue;
                foreach (var at in watch.Triggers) Decide(at, last.Crossing(watch.When.Computed));
            }

            return changed ?? NoChange;
        }

        private (string Code, long? QuietUntilMs) Judge(TriggerDefinition trigger, Occasion occasion)
        {
            if (trigger.IsPaused) return (DecisionCodes.Paused, null);
            if (nowMs < trigger.ActiveFromMs || nowMs >= trigger.ActiveUntilMs) return (DecisionCodes.NotActive, null);
            if (IsHistory(occasion, nowMs)) return (DecisionCodes.Historical, null);
            if (trigger.Condition is { } rule && !plan.Audiences.Holds(rule, facts.Profile, nowMs)) return (DecisionCodes.ConditionFalse, null);
            if (!HasConsent(trigger, facts)) return (DecisionCodes.NoConsent, null);

            // Behind condition and consent, so that those held out are like those who are reached in all but this.
            if (trigger.Holdout?.Holds(facts.Oldest) == true) return (DecisionCodes.Holdout, null);
            var quietUntilMs = trigger.QuietHours?.EndMs(nowMs, ZoneOf(trigger.QuietHours, facts, occasion.Event));
            if (quietUntilMs is not null && !trigger.QuietHours!.Defers) return (DecisionCodes.QuietHours, quietUntilMs);
            if (_sends.Count >= ActivationLimits.MaxSends && _sends.Count(s => s.KeepUntilMs > nowMs) >= ActivationLimits.MaxSends) return (DecisionCodes.TooManySends, null);
            if (Capped(plan, trigger, _sends, quietUntilMs ?? nowMs) is { } capped) return (capped, null);
            return (quietUntilMs is null ? DecisionCodes.Acted : DecisionCodes.Deferred, quietUntilMs);
        }

        private TriggerDecision Send(TriggerDecision decision, int at, Occasion occasion, ulong key)
        {
            var trigger = plan.Triggers[at];
            var body = Payload.Write(new(plan, trigger, occasion, facts, decision.Id, nowMs));
            if (body is null) return decision with { Code = DecisionCodes.PayloadTooLarge, QuietUntilMs = null };
            var atMs = decision.QuietUntilMs ?? nowMs;
            var send = new Send(key, atMs, atMs + plan.KeepMs[at], trigger.Id, trigger.Channel, trigger.Message);
            _sends.Add(send);
            foreach (var queue in trigger.Queues) Messages.Add(new(queue, decision.Id, facts.Customer, atMs, body));
            return decision with { Sent = send, Queues = trigger.Queues };
        }
    }

    private static bool HasConsent(TriggerDefinition trigger, ActivationFacts facts) =>
        trigger.Consent is not { } demand || facts.Profile.Consent(demand.Purpose, demand.Channel) == ConsentState.Granted;
}
