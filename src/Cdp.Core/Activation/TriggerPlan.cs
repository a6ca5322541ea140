using System.Collections.Frozen;
using Cdp.Core.Activation.Definitions;
using Cdp.Core.Activation.Limits;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Events;

namespace Cdp.Core.Activation;

/// <summary>A crossing that some triggers wait for.</summary>
/// <param name="Name">See <see cref="ComputedWhen.Crossing"/>.</param>
/// <param name="When">What is waited for.</param>
/// <param name="Computed">The computed trait's place in the plan of the audiences.</param>
/// <param name="Triggers">The places of the triggers.</param>
internal sealed record CrossingWatch(string Name, ComputedWhen When, int Computed, int[] Triggers);

/// <summary>All triggers of a workspace, compiled together with its audiences: which of them an occasion is for, and how each decides. Immutable; any thread may use it.</summary>
public sealed partial class TriggerPlan
{
    private readonly EventSlots _slots;
    private readonly FrozenDictionary<string, int[]> _byEvent, _byAudience, _byFence, _byTag;
    private readonly FrozenDictionary<string, int> _byId, _computed;
    private readonly int[] _anyEvent;
    private readonly Cap[] _totalCaps;
    private readonly FrozenDictionary<string, Cap[]> _channelCaps;

    private TriggerPlan(AudiencePlan audiences, TriggerDefinition[] triggers, ActivationSettings settings)
    {
        (Audiences, Triggers, Settings) = (audiences, triggers, settings);
        _byId = triggers.Index().ToFrozenDictionary(t => t.Item.Id, t => t.Index, StringComparer.Ordinal);
        _computed = audiences.Computed.Index().ToFrozenDictionary(c => c.Item.Id, c => c.Index, StringComparer.Ordinal);
        _slots = new();
        foreach (var condition in triggers.Select(t => t.When).OfType<EventWhen>().SelectMany(w => w.Selector.Conditions)) _slots.Add(condition.Field);
        _byEvent = Places<EventWhen>(w => w.Selector.Name is { } name ? [name] : []);
        _anyEvent = [.. triggers.Index().Where(t => t.Item.When is EventWhen { Selector.Name: null }).Select(t => t.Index)];
        _byAudience = Places<AudienceWhen>(w => [w.Audience]);
        _byFence = Places<FenceWhen>(w => w.Fences);
        _byTag = Places<FenceWhen>(w => w.Tags);
        Crossings =
        [
            .. triggers.Index().Where(t => t.Item.When is ComputedWhen).GroupBy(t => ((ComputedWhen)t.Item.When).Crossing, StringComparer.Ordinal)
                .Select(g => new CrossingWatch(g.Key, (ComputedWhen)g.First().Item.When, ComputedAt(((ComputedWhen)g.First().Item.When).Computed), [.. g.Select(t => t.Index)])),
        ];
        _totalCaps = [.. settings.Caps.Where(c => c.Channel is null)];
        _channelCaps = settings.Caps.Where(c => c.Channel is not null).GroupBy(c => c.Channel!, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        KeepMs = [.. triggers.Select(KeepOf)];

        FrozenDictionary<string, int[]> Places<T>(Func<T, IEnumerable<string>> namesOf)
            where T : When => triggers.Index().Where(t => t.Item.When is T)
            .SelectMany(t => namesOf((T)t.Item.When).Distinct(StringComparer.Ordinal).Select(name => (Name: name, t.Index)))
            .GroupBy(p => p.Name, p => p.Index, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>A plan without triggers.</summary>
    public static TriggerPlan Empty { get; } = Compile(DefinitionSet.Empty, [], null).Plan!;

    /// <summary>
    /// The plan of the audiences and computed traits. It keeps what the triggers' rules read of events as well, so that it has to be put in force instead of the one that
    /// <see cref="DefinitionSet.Compile"/> makes.
    /// </summary>
    public AudiencePlan Audiences { get; }

    /// <summary>The triggers, in the order they were given.</summary>
    public IReadOnlyList<TriggerDefinition> Triggers { get; }

    /// <summary>What holds for all of them.</summary>
    public ActivationSettings Settings { get; }

    /// <summary>Whether any trigger waits for a computed trait, so that <see cref="ActivationPolicy.Observe"/> has something to look at.</summary>
    public bool HasCrossings => Crossings.Count > 0;

    /// <summary>The crossings that triggers wait for.</summary>
    internal IReadOnlyList<CrossingWatch> Crossings { get; }

    /// <summary>For how long a send of each trigger counts, in milliseconds.</summary>
    internal IReadOnlyList<long> KeepMs { get; }

    /// <summary>A trigger.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The trigger; null when there is none.</returns>
    public TriggerDefinition? Find(string id) => _byId.TryGetValue(id, out var at) ? Triggers[at] : null;

    /// <summary>Whether any trigger may wait for an event of this name: when not, no occasion has to be made of it.</summary>
    /// <param name="name">The event's name; null when it has none.</param>
    /// <returns>False when surely none does.</returns>
    public bool MayWaitFor(string? name) => HasCrossings || _anyEvent.Length > 0 || (name is not null && _byEvent.ContainsKey(name));

    /// <summary>The workspace's caps on a channel; of null those over all channels.</summary>
    internal IReadOnlyList<Cap> CapsOf(string? channel) => channel is null ? _totalCaps : _channelCaps.GetValueOrDefault(channel, []);

    /// <summary>The place of a computed trait; -1 when there is none.</summary>
    internal int ComputedAt(string id) => _computed.GetValueOrDefault(id, -1);

    /// <summary>The places of the triggers that wait for an occasion which is no crossing, in order.</summary>
    internal List<int> WaitingFor(Occasion occasion)
    {
        List<int> found = [];
        if (occasion.Event is { } e)
        {
            var reading = new EventReading(e, _slots);
            try
            {
                if (e.Name is { } name && _byEvent.TryGetValue(name, out var named)) Matching(named, ref reading, found);
                Matching(_anyEvent, ref reading, found);
            }
            finally
            {
                reading.Dispose();
            }
        }
        else if (occasion.Change is { } change && _byAudience.TryGetValue(change.Audience, out var places))
        {
            found.AddRange(places.Where(at => ((AudienceWhen)Triggers[at].When).WaitsFor(change.Kind)));
        }
        else if (occasion.Transition is { } transition)
        {
            IEnumerable<int> named = _byFence.GetValueOrDefault(transition.Fence, []);
            found.AddRange(transition.Tags.Aggregate(named, (all, tag) => all.Concat(_byTag.GetValueOrDefault(tag, []))).Distinct()
                .Where(at => ((FenceWhen)Triggers[at].When).WaitsFor(transition.Move)));
        }

        found.Sort();
        return found;
    }

    private void Matching(int[] places, ref EventReading reading, List<int> found)
    {
        foreach (var at in places)
        {
            if (((EventWhen)Triggers[at].When).Selector.Matches(ref reading)) found.Add(at);
        }
    }

    // What counts it: its own caps and cool-down, those of the workspace, and other triggers with the same message.
    private long KeepOf(TriggerDefinition trigger) => trigger.Caps.Concat(_totalCaps).Concat(trigger.Channel is { } channel ? CapsOf(channel) : []).Select(c => c.WindowMs)
        .Append(trigger.CooldownMs)
        .Concat(Triggers.Where(t => trigger.Message is not null && t.Message == trigger.Message).Select(t => t.OtherChannelMs))
        .Max();
}
