using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cdp.Benchmarks.Peers.Server;

/// <summary>An identifier of a profile, since when, and when it was seen last.</summary>
internal sealed record PeerIdentifier(string Type, string Value, DateTime LinkedAt, DateTime LastSeenAt, string Source);

/// <summary>What the profile's column holds, as JSON. Times are UTC.</summary>
internal sealed class PeerState
{
    public DateTime CreatedAt { get; set; }

    public DateTime UpdatedAt { get; set; }

    public DateTime LastSeenAt { get; set; }

    public List<PeerIdentifier> Identifiers { get; set; } = [];

    public Dictionary<string, JsonElement> Traits { get; set; } = [];

    public long EventCount { get; set; }

    public Dictionary<string, long> Events { get; set; } = [];
}

/// <summary>A customer's row: its version grows by one with every write.</summary>
internal sealed class PeerProfile(Guid id, long version, PeerState state)
{
    public Guid Id => id;

    public long Version { get; set; } = version;

    public PeerState State => state;

    /// <summary>Whether it has a row already.</summary>
    public bool IsStored { get; } = version > 0;

    /// <summary>Counts an event and takes its traits: the last one that arrives wins, null removes.</summary>
    public void Apply(PeerEvent e, DateTime now)
    {
        state.CreatedAt = state.EventCount == 0 || e.At < state.CreatedAt ? e.At : state.CreatedAt;
        state.LastSeenAt = e.At > state.LastSeenAt ? e.At : state.LastSeenAt;
        state.UpdatedAt = now;
        state.EventCount++;
        state.Events[e.Name] = state.Events.GetValueOrDefault(e.Name) + 1;
        for (var i = 0; i < state.Identifiers.Count; i++)
        {
            var held = state.Identifiers[i];
            if (e.Keys.Contains(new(held.Type, held.Value))) state.Identifiers[i] = held with { LastSeenAt = now };
        }

        if (e.Traits.ValueKind != JsonValueKind.Object) return;
        foreach (var trait in e.Traits.EnumerateObject())
        {
            if (trait.Value.ValueKind == JsonValueKind.Null) state.Traits.Remove(trait.Name);
            else state.Traits[trait.Name] = trait.Value;
        }
    }

    /// <summary>Takes over all of another one: counts add, and traits of the one that was seen later win.</summary>
    public void Absorb(PeerProfile other)
    {
        var theirs = other.State;
        var theirsAreLater = theirs.LastSeenAt > state.LastSeenAt;
        foreach (var (name, value) in theirs.Traits)
        {
            if (theirsAreLater) state.Traits[name] = value;
            else state.Traits.TryAdd(name, value);
        }

        foreach (var (name, count) in theirs.Events) state.Events[name] = state.Events.GetValueOrDefault(name) + count;
        state.EventCount += theirs.EventCount;
        state.CreatedAt = theirs.CreatedAt < state.CreatedAt ? theirs.CreatedAt : state.CreatedAt;
        state.LastSeenAt = theirsAreLater ? theirs.LastSeenAt : state.LastSeenAt;
        state.Identifiers.AddRange(theirs.Identifiers);
    }
}

/// <summary>The JSON of the state, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PeerState))]
internal sealed partial class PeerJson : JsonSerializerContext;
