namespace Cdp.Benchmarks.Peers.Server;

/// <summary>What a batch does to the profiles that it is about: every event joins all profiles that its identifiers have.</summary>
internal sealed class PeerBatch
{
    private readonly Dictionary<PeerKey, PeerProfile> _owners;
    private readonly HashSet<PeerProfile> _changed = [];
    private readonly DateTime _now;

    private PeerBatch(Dictionary<PeerKey, PeerProfile> owners, DateTime now) => (_owners, _now) = (owners, now);

    /// <summary>The events that were new, each with its profile.</summary>
    public List<(PeerEvent Event, PeerProfile Profile)> Events { get; } = [];

    /// <summary>Identifiers that nobody had.</summary>
    public List<PeerKey> NewKeys { get; } = [];

    /// <summary>Stored profiles that were absorbed, in the order in which it happened.</summary>
    public List<(PeerProfile Absorbed, PeerProfile Survivor)> Merges { get; } = [];

    /// <summary>Profiles to write, without absorbed ones.</summary>
    public IReadOnlyCollection<PeerProfile> Changed => _changed;

    /// <summary>Profiles that only events that were there already are about: an earlier try may have failed before they came into the cache.</summary>
    public HashSet<PeerProfile> Repeated { get; } = [];

    /// <summary>Applies the events in their order.</summary>
    /// <param name="events">The batch.</param>
    /// <param name="owners">The owners of its identifiers, as far as they have one.</param>
    /// <param name="known">The message ids of the batch that are stored already; this adds the rest.</param>
    /// <param name="now">The time, UTC.</param>
    public static PeerBatch Apply(IReadOnlyList<PeerEvent> events, Dictionary<PeerKey, PeerProfile> owners, HashSet<string> known, DateTime now)
    {
        var batch = new PeerBatch(owners, now);
        var applied = new List<(PeerEvent Event, PeerKey Key)>(events.Count);
        foreach (var e in events)
        {
            if (known.Add(e.MessageId))
            {
                batch.Join(e.Keys).Apply(e, now);
                applied.Add((e, e.Keys[0]));
            }
            else if (owners.TryGetValue(e.Keys[0], out var owner)) batch.Repeated.Add(owner);
        }

        // Only now is it known which of them survived.
        batch.Events.AddRange(applied.Select(a => (a.Event, owners[a.Key])));
        batch.Repeated.ExceptWith(batch._changed);
        batch.Repeated.ExceptWith(batch.Merges.Select(m => m.Absorbed));
        foreach (var profile in batch._changed) profile.Version++;
        return batch;
    }

    /// <summary>The owner of a key after the batch.</summary>
    public PeerProfile OwnerOf(PeerKey key) => _owners[key];

    private PeerProfile Join(PeerKey[] keys)
    {
        PeerProfile? joined = null;
        foreach (var key in keys)
        {
            if (!_owners.TryGetValue(key, out var owner) || owner == joined) continue;
            joined = joined is null ? owner : Merge(joined, owner);
        }

        joined ??= new(Guid.CreateVersion7(), 0, new PeerState());
        _changed.Add(joined);
        foreach (var key in keys)
        {
            if (!_owners.TryAdd(key, joined)) continue;
            NewKeys.Add(key);
            joined.State.Identifiers.Add(new(key.Type, key.Value, _now, _now, "default"));
        }

        return joined;
    }

    private PeerProfile Merge(PeerProfile one, PeerProfile other)
    {
        var (survivor, absorbed) = (one.State.CreatedAt, one.Id).CompareTo((other.State.CreatedAt, other.Id)) <= 0 ? (one, other) : (other, one);
        survivor.Absorb(absorbed);
        foreach (var (key, owner) in _owners)
        {
            if (owner == absorbed) _owners[key] = survivor;
        }

        if (absorbed.IsStored) Merges.Add((absorbed, survivor));
        _changed.Remove(absorbed);
        return survivor;
    }
}
