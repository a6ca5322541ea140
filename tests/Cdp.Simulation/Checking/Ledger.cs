using System.Text.Json;
using Cdp.Core.Activation.State;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;
using Cdp.Core.Profiles.Splits;
using Cdp.Testing.Journal;

namespace Cdp.Simulation.Checking;

/// <summary>
/// What the durable units say, kept apart from the store and read naively: the model that actors and store are compared with. As a journal it knows
/// streams from their first record on and no snapshots, so that a load from it is a fold from scratch.
/// </summary>
internal sealed class Ledger() : DelegatingJournal(new InMemoryJournal())
{
    private readonly Dictionary<CustomerId, StreamModel> _streams = [];
    private readonly Dictionary<Identifier, CustomerId> _owners = [];
    private readonly HashSet<Identifier> _seen = [];
    private readonly Dictionary<string, CustomerId> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CustomerId> _decided = [];
    private readonly HashSet<(CustomerId, CustomerId)> _barred = [];
    private readonly HashSet<Identifier> _freed = [];
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
    private readonly HashSet<string> _twice = new(StringComparer.Ordinal);

    /// <summary>All streams, in the order of their first record.</summary>
    public IReadOnlyCollection<StreamModel> Streams => _streams.Values;

    public int Merges { get; private set; }

    public int Splits { get; private set; }

    /// <summary>Entries into audiences and exits out of them.</summary>
    public int Entries { get; private set; }

    /// <summary>What was decided to be sent to a webhook: the ids of decisions, and whose they are.</summary>
    public List<(string Id, CustomerId Stream)> Messages { get; } = [];

    /// <summary>The ids of all transitions of devices between fences.</summary>
    public IReadOnlySet<string> Visited => _visited;

    /// <summary>
    /// Events that are durable twice because one of their identifiers had been evicted: nobody owns it then, and nobody remembers what came in by it.
    /// </summary>
    public IReadOnlySet<string> Twice => _twice;

    /// <summary>Every identifier that somebody owns now or owned before an erasure or a move.</summary>
    public IReadOnlyList<Identifier> Identifiers => [.. _seen];

    public StreamModel? Find(CustomerId id) => _streams.GetValueOrDefault(id);

    public CustomerId? OwnerOf(Identifier identifier) => _owners.TryGetValue(identifier, out var owner) ? owner : null;

    /// <summary>The stream that an event is durable in, erased ones included.</summary>
    public StreamModel? StreamOf(string messageId) => _events.TryGetValue(messageId, out var stream) ? _streams[stream] : null;

    /// <summary>The end of the redirects from a stream; null when they run in a circle.</summary>
    public StreamModel? Survivor(StreamModel stream)
    {
        for (var hops = 0; hops <= _streams.Count; hops++)
        {
            if (stream.Successor is not { } next) return stream;
            stream = _streams[next];
        }

        return null;
    }

    /// <summary>A stream and all that it absorbed, transitively.</summary>
    public IEnumerable<StreamModel> Family(StreamModel stream) => [stream, .. stream.Absorbed.SelectMany(a => Family(_streams[a]))];

    /// <summary>Takes in a unit that is durable.</summary>
    /// <returns>The invariant that it breaks, with a text; null when it breaks none.</returns>
    public (string Invariant, string Text)? Take(UnitOfWork unit)
    {
        var moved = unit.Removals.SelectMany(Leave).ToList();
        foreach (var append in unit.Appends)
        {
            if (!_streams.TryGetValue(append.Stream, out var stream)) _streams.Add(append.Stream, stream = new StreamModel(append.Stream));
            var isGivenBack = append.Entries[^1].Kind == RecordKind.Restored && !stream.IsErased && (stream.Version == 0 || stream.Successor is not null);
            if (stream.Version != append.ExpectedVersion || (stream.Version > 0 && !stream.IsLive && !isGivenBack))
                return (Invariants.Versions, $"An append at {append.ExpectedVersion + 1} follows version {stream.Version} of {Kind(stream)} stream {stream.Id}.");
            foreach (var entry in append.Entries)
            {
                stream.Rows.Add(new(stream.Id, ++stream.Version, entry.Kind, entry.TimeMs, entry.Body.ToArray()));
                if (Take(stream, entry) is { } broken) return broken;
            }
        }

        return moved.Where(m => !_events.ContainsKey(m)).Select(m => ((string, string)?)(Invariants.NothingLost, $"Event {m} left its stream for none.")).FirstOrDefault()
            ?? Merged(unit) ?? Parted(unit) ?? Owned(unit) ?? unit.Feed.Where(f => f.Topic.StartsWith("fence:", StringComparison.Ordinal)).Select(Visit).FirstOrDefault(b => b is not null);
    }

    /// <summary>Takes events out of a stream.</summary>
    /// <returns>Their message ids.</returns>
    private IEnumerable<string> Leave(EventRemoval removal)
    {
        var stream = _streams[removal.Stream];
        foreach (var row in stream.Rows.Where(r => r.Kind == RecordKind.Event && removal.Versions.Contains(r.Version)).ToList())
        {
            var messageId = EventBody.Read(row.Body).MessageId;
            stream.Rows.Remove(row);
            stream.Events.RemoveAll(e => e.MessageId == messageId);
            _events.Remove(messageId);
            yield return messageId;
        }
    }

    /// <summary>Takes in an erasure that is durable.</summary>
    public void Take(EraseUnit unit)
    {
        foreach (var (id, version) in unit.Streams)
        {
            var stream = _streams[id];
            stream.IsErased = true;
            stream.Version = version + 1;
            foreach (var identifier in stream.Links) _owners.Remove(identifier);
            stream.Links.Clear();
            stream.Rows.Clear();
            stream.Rows.Add(new(id, stream.Version, RecordKind.Erased, unit.AtMs, ReadOnlyMemory<byte>.Empty));
        }
    }

    public override ValueTask<StreamLoad?> LoadAsync(
        string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default)
    {
        var rows = Find(stream)?.Rows;
        if (rows is not null && upToVersion is { } upTo) rows = [.. rows.Where(r => r.Version <= upTo)];
        return new(rows is { Count: > 0 } ? new StreamLoad(null, rows) : null);
    }

    private static string Kind(StreamModel stream) => stream.IsErased ? "erased" : stream.Successor is null ? "live" : "merged";

    private (string Invariant, string Text)? Take(StreamModel stream, JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case RecordKind.Event:
                var e = EventBody.Read(entry.Body.ToArray());
                stream.Events.Add(e);
                if (!_events.TryAdd(e.MessageId, stream.Id) && e.Identifiers.Any(_freed.Contains)) _twice.Add(e.MessageId);
                else if (_events[e.MessageId] != stream.Id || stream.Events.Count(other => other.MessageId == e.MessageId) > 1)
                    return (Invariants.EventOnce, $"Event {e.MessageId} is durable in {_events[e.MessageId]} and again in {stream.Id}.");
                break;
            case RecordKind.Patched:
                stream.Patches.Add(RecordCodec.ReadPatched(entry.Body));
                break;
            case RecordKind.MergedInto:
                stream.Successor = RecordCodec.ReadMergedInto(entry.Body).Survivor;
                stream.Links.Clear();
                Merges++;
                break;
            case RecordKind.Absorbed:
                var absorbed = RecordCodec.ReadAbsorbed(entry.Body);
                var loser = absorbed.Loser;
                if (Joined(stream, _streams[loser], absorbed.Note is not null) is { } joined) return joined;
                stream.Absorbed.Add(loser);
                stream.HasOnlyOwnVisits = false;
                stream.Links.UnionWith(_streams[loser].Links);
                stream.Listed.UnionWith(_streams[loser].Listed);
                break;
            case RecordKind.Decided:
                foreach (var decision in RecordCodec.ReadDecided(entry.Body).Decisions) Take(stream, decision);
                break;
            case RecordKind.Split:
                var split = SplitCodec.Read(entry.Body);
                (stream.LastSplit, stream.HasOnlyOwnVisits) = (stream.Version, false);
                if (split.Undone is not null)
                {
                    foreach (var member in Family(stream)) member.Absorbed.Remove(split.Other);
                }

                ListAnew(stream, split);
                if (StateCodec.Read(split.State).NeverMergeWith.Contains(split.Other)) _barred.Add((stream.Id, split.Other));
                Splits++;
                break;
            case RecordKind.Judged:
                foreach (var change in JudgedCodec.Read(entry.Body).Changes)
                {
                    Entries++;
                    if (change.Kind == ChangeKind.Enter ? stream.Audiences.Add(change.Audience) : stream.Audiences.Remove(change.Audience)) continue;
                    return (Invariants.Alternate, $"{stream.Id} {change.Kind}s {change.Audience} twice.");
                }

                break;
            case RecordKind.Acted:
                foreach (var decision in DecidedActionsCodec.Read(entry.Body).Decisions)
                {
                    // An event that is durable twice, which only an eviction allows, is an occasion twice.
                    if (!_decided.TryAdd(decision.Id, stream.Id) && _twice.Count == 0) return (Invariants.DecidedOnce, $"{decision.Trigger} was decided on {decision.Subject} in {_decided[decision.Id]}, and again in {stream.Id}.");
                    if (decision.Sent is not null) Messages.AddRange(decision.Queues.Where(q => q == "webhook:w").Select(_ => (decision.Id, stream.Id)));
                }

                break;
            case RecordKind.Positioned:
                break;
            case RecordKind.Restored:
                (stream.LastSplit, stream.HasOnlyOwnVisits) = (stream.Version, false);
                stream.Successor = null;
                stream.Audiences.Clear();
                ListAnew(stream, SplitCodec.Read(entry.Body));
                break;
            default:
                return (Invariants.Versions, $"A unit appends a record of kind {entry.Kind}.");
        }

        return null;
    }

    /// <summary>Visits begin and end in turns, and nothing is told twice.</summary>
    private (string Invariant, string Text)? Visit(FeedEntry entry)
    {
        var told = JsonDocument.Parse(entry.Body).RootElement;
        var (id, kind) = (told.GetProperty("id").GetString()!, told.GetProperty("kind").GetString()!);
        var visit = (told.GetProperty("deviceId").GetString()!, told.GetProperty("fence").GetString()!);
        var stream = _streams[entry.Stream];
        _visited.Add(id);
        if (!stream.HasOnlyOwnVisits) return null;
        if (!stream.Transitions.Add(id)) return (Invariants.VisitsTakeTurns, $"{stream.Id} is told the same {kind} of {visit} twice.");
        var follows = kind switch
        {
            "enter" => stream.Visits.Add(visit),
            "exit" => stream.Visits.Remove(visit),
            "dwell" => stream.Visits.Contains(visit),
            _ => !stream.Visits.Contains(visit),
        };
        return follows ? null : (Invariants.VisitsTakeTurns, $"{stream.Id} is told {kind} of {visit} out of turn.");
    }

    private void Take(StreamModel stream, Decision decision)
    {
        var identifier = decision.Identifier;
        switch (decision.Kind)
        {
            case DecisionKind.Shared when decision.Other is not null:
                stream.Links.Remove(identifier);
                stream.Listed.Add(identifier);
                break;
            case DecisionKind.Moved or DecisionKind.Expired when decision.Link is null:
                stream.Links.Remove(identifier);
                break;
            case DecisionKind.Evicted:
                stream.Links.Remove(identifier);
                break;
            default:
                if (decision.Link is null) break;
                stream.Links.Add(identifier);
                stream.Listed.Remove(identifier);
                break;
        }
    }

    /// <summary>Whoever absorbs names a loser that says so in the same unit, at the version that was named.</summary>
    private (string Invariant, string Text)? Merged(UnitOfWork unit)
    {
        var absorbed = unit.Appends
            .SelectMany(a => a.Entries.Where(e => e.Kind == RecordKind.Absorbed).Select(e => (By: a.Stream, Record: RecordCodec.ReadAbsorbed(e.Body))))
            .Select(a => (a.By, a.Record.Loser, a.Record.LoserVersion)).ToList();
        var ended = unit.Appends
            .Where(a => a.Entries[^1].Kind == RecordKind.MergedInto)
            .Select(a => (By: RecordCodec.ReadMergedInto(a.Entries[^1].Body).Survivor, Loser: a.Stream, LoserVersion: a.ExpectedVersion)).ToList();
        if (absorbed.Count != ended.Count || absorbed.Except(ended).Any())
            return (Invariants.MergeAtomic, $"A unit says {absorbed.Count} times that somebody was absorbed, and {ended.Count} times that somebody ended.");
        foreach (var (_, loser, _) in ended)
        {
            if (Survivor(_streams[loser]) is null) return (Invariants.NoCycle, $"The redirects from {loser} run in a circle.");
        }

        return null;
    }

    private static void ListAnew(StreamModel stream, SplitRecord split)
    {
        stream.Listed.Clear();
        stream.Listed.UnionWith(StateCodec.Read(split.State).Listed.Select(l => l.Identifier));
    }

    /// <summary>Only a person joins again what was split for good.</summary>
    private (string Invariant, string Text)? Joined(StreamModel survivor, StreamModel loser, bool byPerson)
    {
        var (left, right) = (Family(survivor).Select(s => s.Id).ToHashSet(), Family(loser).Select(s => s.Id).ToHashSet());
        bool IsBetween((CustomerId One, CustomerId Other) pair) =>
            (left.Contains(pair.One) && right.Contains(pair.Other)) || (left.Contains(pair.Other) && right.Contains(pair.One));
        if (byPerson) _barred.RemoveWhere(IsBetween);
        return _barred.Any(IsBetween) ? (Invariants.NeverMerge, $"An event joined {survivor.Id} and {loser.Id}, which were split for good.") : null;
    }

    /// <summary>A split is in both streams, in one unit; what changes its owner goes to the side that is given.</summary>
    private (string Invariant, string Text)? Parted(UnitOfWork unit)
    {
        var kept = unit.Appends.Where(a => a.Entries[^1].Kind == RecordKind.Split).Select(a => a.Stream).ToList();
        var given = unit.Appends.Where(a => a.Entries[^1].Kind == RecordKind.Restored).Select(a => a.Stream).ToList();
        if (kept.Count != given.Count || kept.Count > 1) return (Invariants.MergeAtomic, $"A unit splits {kept.Count} streams and gives {given.Count}.");
        if (kept.Count == 0) return null;
        foreach (var change in unit.Ownership)
        {
            if (change.Owner != given[0] || !_streams[kept[0]].Links.Remove(change.Identifier) || !_streams[given[0]].Links.Add(change.Identifier))
                return (Invariants.OneOwner, $"A split gives {change.Identifier.Ref} to somebody else, or did not have it.");
        }

        return null;
    }

    private (string Invariant, string Text)? Owned(UnitOfWork unit)
    {
        foreach (var change in unit.Ownership)
        {
            _seen.Add(change.Identifier);
            if (change.Owner is { } owner) _owners[change.Identifier] = owner;
            else
            {
                _owners.Remove(change.Identifier);
                _freed.Add(change.Identifier);
            }
        }

        foreach (var append in unit.Appends)
        {
            foreach (var identifier in _streams[append.Stream].Links)
            {
                if (OwnerOf(identifier) != append.Stream)
                    return (Invariants.OneOwner, $"Stream {append.Stream} holds {identifier.Ref}, which {OwnerOf(identifier)?.ToString() ?? "nobody"} owns.");
            }
        }

        foreach (var change in unit.Ownership)
        {
            if (change.Owner is { } owner && !_streams[owner].Links.Contains(change.Identifier))
                return (Invariants.OneOwner, $"{owner} owns {change.Identifier.Ref}, and its stream does not say so.");
        }

        return null;
    }
}
