using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    // What triggers remember, and on which side of their values computed traits were seen in memory. What has an effect is in the state as well.
    private ActivationState? _activation;

    // Events that no trigger has been asked about yet: those of the unit that was just written, until what they do is written as well. Null when memory does not know.
    private List<Occasion>? _undecided;

    /// <summary>The events that triggers may wait for.</summary>
    private static List<Occasion> OccasionsOf(AudiencesInForce inForce, IEnumerable<(CustomerEvent Event, CustomerId Part)> events) =>
        inForce.Triggers.IsEmpty ? [] : [.. events.Where(e => inForce.Triggers.MayWaitFor(e.Event.Name)).Select(e => Occasion.OfEvent(e.Event, e.Part))];

    /// <summary>
    /// The events that have to be decided: after a load those of the last minutes behind the last decision, because nobody knows whether a process died in between. Those that were decided to be
    /// of no interest are found to be so again.
    /// </summary>
    private List<Occasion> Undecided(CustomerState state, AudiencesInForce inForce)
    {
        if (_undecided is not null) return _undecided;
        var sinceMs = services.NowMs - (long)Lateness.Limit.TotalMilliseconds;
        (CustomerEvent, CustomerId)[] events =
            [.. state.TakeUndecided().Where(r => r.TimeMs >= sinceMs).Select(r => EventBody.Read(r.Body)).Select(e => (e, state.PartOf(e)))];
        Expect(inForce, events);
        return _undecided!;
    }

    /// <summary>Takes down what events have to lead to, before anything is waited for.</summary>
    private void Expect(AudiencesInForce inForce, IReadOnlyList<(CustomerEvent Event, CustomerId Part)> events) =>
        (_undecided, _unmoved) = (OccasionsOf(inForce, events), FixesOf(events));

    /// <summary>Before an event: on which side of their values computed traits stand.</summary>
    private void Observe(CustomerState state, AudiencesInForce inForce, StateFacts facts)
    {
        _activation ??= state.Activation;
        if (inForce.Triggers.HasCrossings) _activation = ActivationPolicy.Observe(inForce.Triggers, FactsOf(state, facts), _activation, services.NowMs);
    }

    /// <summary>What triggers do on what has happened; null when nobody waits for any of it.</summary>
    private ActivationOutcome? Activate(
        CustomerState state, AudiencesInForce inForce, StateFacts facts, IReadOnlyList<MembershipChange> changes, Movement? movement)
    {
        var occasions = Undecided(state, inForce);
        if (inForce.Triggers.IsEmpty || occasions.Count + changes.Count + (movement?.Transitions.Count ?? 0) == 0) return null;
        List<Occasion> all = [.. occasions, .. changes.Select(c => Occasion.OfAudience(c, id)), .. OccasionsOf(movement)];
        var outcome = ActivationPolicy.Decide(inForce.Triggers, all, FactsOf(state, facts), _activation ??= state.Activation, services.NowMs);
        return outcome.Record is null ? null : outcome;
    }

    private ActivationFacts FactsOf(CustomerState state, IProfileFacts facts) => ActivationFacts.Of(state, facts, services.Rules(workspace));

    /// <summary>Messages to those who listen are entries of a feed; those to webhooks have to be delivered.</summary>
    private static (IReadOnlyList<FeedEntry> Feed, IReadOnlyList<OutboxMessage> Outbox) Routed(IReadOnlyList<OutboxMessage> messages, long nowMs) => (
        [.. messages.Where(m => !IsWebhook(m)).Select(m => new FeedEntry(m.Queue, m.Stream, nowMs, m.Body))],
        [.. messages.Where(IsWebhook)]);

    private static bool IsWebhook(OutboxMessage message) => message.Queue.StartsWith("webhook:", StringComparison.Ordinal);
}
