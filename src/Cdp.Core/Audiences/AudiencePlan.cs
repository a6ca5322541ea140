using Cdp.Core.Audiences.Computed;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.Rules;
using Cdp.Core.Audiences.State;
using Cdp.Core.Events;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences;

/// <summary>
/// All audiences and computed traits of a workspace, compiled together: what has to be kept of each event, which audiences an event can change, and how
/// each is judged. Immutable; a change of any definition makes a new plan.
/// </summary>
/// <remarks>
/// The way of one event: <see cref="Fold"/> it into the windows of its part, mark what else it changed, then judge the marked audiences. Any thread may use
/// a plan; states and changes belong to one turn at a time.
/// </remarks>
public sealed partial class AudiencePlan
{
    private readonly EventSlots _slots;
    private readonly PlanIndex _index;
    private readonly bool _nested;
    private readonly Dictionary<string, int> _byId;

    internal AudiencePlan(ulong id, AudienceDefinition[] audiences, ComputedTrait[] computed, EventSlots slots, PlanIndex index, bool nested)
    {
        (Id, Audiences, Computed, _slots, _index, _nested) = (id, audiences, computed, slots, index, nested);
        _byId = Enumerable.Range(0, audiences.Length).ToDictionary(i => audiences[i].Id, StringComparer.Ordinal);
    }

    /// <summary>The plan of a workspace without definitions.</summary>
    public static AudiencePlan Empty { get; } = Compile([], []).Plan!;

    /// <summary>Names what the plan keeps of events: equal for plans that keep the same, never 0.</summary>
    public ulong Id { get; }

    /// <summary>The audiences, in the order they were given; their places name them below.</summary>
    public IReadOnlyList<AudienceDefinition> Audiences { get; }

    /// <summary>The computed traits, in the order they were given.</summary>
    public IReadOnlyList<ComputedTrait> Computed { get; }

    /// <summary>Whether anything has to be kept of events.</summary>
    public bool ReadsEvents => _index.Accumulators.Count > 0;

    /// <summary>The place of an audience.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>Its place in <see cref="Audiences"/>; -1 when there is none.</returns>
    public int IndexOf(string id) => _byId.GetValueOrDefault(id, -1);

    /// <summary>An empty set for <see cref="Fold"/> and the marks.</summary>
    /// <returns>A set for this plan alone.</returns>
    public AudienceChanges NewChanges() => new(Audiences.Count);

    /// <summary>The windows of a part that has no events yet.</summary>
    /// <returns>A state that is complete for this plan.</returns>
    public WindowState NewState() => new() { PlanId = Id };

    /// <summary>Folds an event into the windows of its part. The caller leaves out duplicates by message id.</summary>
    /// <param name="state">The part's windows, complete for this plan.</param>
    /// <param name="e">The event.</param>
    /// <param name="changes">Where audiences that it may have changed are marked, by events and traits; null when nobody asks.</param>
    /// <exception cref="InvalidOperationException">The state is not complete for this plan: see <see cref="Refill"/>.</exception>
    public void Fold(WindowState state, CustomerEvent e, AudienceChanges? changes = null)
    {
        if (state.PlanId != Id) throw new InvalidOperationException("These windows were folded by another plan and have to be refilled first.");
        FoldIn(state, e, changes, keep: null);
        if (changes is not null && !e.Traits.IsEmpty) MarkTraits(e.Traits.Span, changes);
    }

    /// <summary>
    /// Makes the windows of a part complete for this plan: what is filled already is kept, what the plan no longer needs is dropped, and the rest is folded
    /// from the part's events. Events that the journal no longer keeps are missing in what is new, and nowhere else.
    /// </summary>
    /// <param name="state">The part's windows by another plan; null to make all anew. It is not changed, but shares what is kept: use it no more.</param>
    /// <param name="events">All events of the part in the order of its journal, without duplicates.</param>
    /// <returns>The windows by this plan.</returns>
    public WindowState Refill(WindowState? state, IEnumerable<CustomerEvent> events)
    {
        var filled = Kept(state);
        HashSet<ulong> kept = [.. filled.Keys];
        foreach (var e in events) FoldIn(filled, e, null, kept);
        return filled;
    }

    /// <summary>The same out of bodies of the journal: those of events that nobody asks for are not read.</summary>
    /// <param name="state">As above.</param>
    /// <param name="bodies">The bodies of all events of the part in the order of its journal, without duplicates.</param>
    /// <returns>The windows by this plan.</returns>
    /// <exception cref="FormatException">A body is of a format version that this release does not know.</exception>
    public WindowState RefillFromBodies(WindowState? state, IEnumerable<ReadOnlyMemory<byte>> bodies)
    {
        var filled = Kept(state);
        HashSet<ulong> kept = [.. filled.Keys];
        foreach (var body in bodies)
        {
            var isKnown = EventGlance.TryRead(body.Span, out var name, out var orderMs);
            if (isKnown && _index.AnyName.Length == 0 && (name is null || !IsAsked(name, kept))) filled.LastMs = Math.Max(filled.LastMs, orderMs);
            else FoldIn(filled, EventBody.Read(body), null, kept);
        }

        return filled;
    }

    /// <summary>Whether an accumulator of this plan is missing in another, so that <see cref="Refill"/> needs the events.</summary>
    /// <param name="other">The plan that a state was folded by; null when it is not known any more.</param>
    /// <returns>False when <see cref="Refill"/> can do without events.</returns>
    public bool NeedsEvents(AudiencePlan? other) => _index.Accumulators.Keys.Any(key => other?._index.Accumulators.ContainsKey(key) != true);

    /// <summary>Marks the audiences that read one of these traits.</summary>
    /// <param name="traits">A JSON object (UTF-8).</param>
    /// <param name="changes">Where they are marked.</param>
    public void MarkTraits(ReadOnlySpan<byte> traits, AudienceChanges changes)
    {
        if (_index.ByTrait.Count == 0) return;
        var members = new JsonMembers(traits);
        while (members.Next())
        {
            if (_index.TraitOf.TryGetValue(members.Name, out var audiences)) changes.Mark(audiences);
        }
    }

    /// <summary>Marks the audiences that read identifiers: after a link, a move, an eviction.</summary>
    /// <param name="changes">Where they are marked.</param>
    public void MarkIdentifiers(AudienceChanges changes) => changes.Mark(_index.ByIdentifiers);

    /// <summary>Marks the audiences that read consent.</summary>
    /// <param name="changes">Where they are marked.</param>
    public void MarkConsent(AudienceChanges changes) => changes.Mark(_index.ByConsent);

    internal Rule RuleAt(int audience) => Audiences[audience].Rule;

    private WindowState Kept(WindowState? state)
    {
        var kept = NewState();
        if (state is null) return kept;
        kept.LastMs = state.LastMs;
        for (var i = 0; i < state.Count; i++)
        {
            if (_index.Accumulators.ContainsKey(state.Keys[i])) kept.Add(state.Keys[i], state.StateAt(i));
        }

        return kept;
    }

    private bool IsAsked(string name, HashSet<ulong> kept)
    {
        foreach (var feed in _index.FeedsOf(name))
        {
            foreach (var (accumulator, _, _) in feed.Targets)
            {
                if (!kept.Contains(accumulator.Key)) return true;
            }
        }

        return false;
    }

    private void FoldIn(WindowState state, CustomerEvent e, AudienceChanges? changes, HashSet<ulong>? keep)
    {
        if (e.OrderMs > state.LastMs) state.LastMs = e.OrderMs;
        var named = e.Name is { } name ? _index.FeedsOf(name) : [];
        if (named.Length == 0 && _index.AnyName.Length == 0) return;
        var reading = new EventReading(e, _slots);
        try
        {
            Feed(named, state, ref reading, changes, keep);
            Feed(_index.AnyName, state, ref reading, changes, keep);
        }
        finally
        {
            reading.Dispose();
        }
    }

    private static void Feed(EventFeed[] feeds, WindowState state, ref EventReading reading, AudienceChanges? changes, HashSet<ulong>? keep)
    {
        foreach (var feed in feeds)
        {
            if (!feed.Selector.Matches(ref reading)) continue;
            foreach (var (accumulator, selector, audiences) in feed.Targets)
            {
                if (keep?.Contains(accumulator.Key) == true) continue;
                if (state.Find(accumulator.Key) is not { } kept) state.Add(accumulator.Key, kept = accumulator.NewState());
                if (accumulator.Fold(kept, selector, ref reading)) changes?.Mark(audiences);
            }
        }
    }
}
