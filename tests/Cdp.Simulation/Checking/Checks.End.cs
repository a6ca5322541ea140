using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;

namespace Cdp.Simulation.Checking;

internal sealed partial class Checks
{
    /// <summary>When nothing is left to do: everything acknowledged is where it belongs, and profiles say what a naive model says.</summary>
    public void AtEnd()
    {
        foreach (var messageId in _acknowledged.Keys) CheckDurable(messageId, null);
        foreach (var stream in Ledger.Streams.Where(s => s.IsLive)) CompareWithModel(stream);
        if (world.Plan.Knobs.Policy == PolicyKind.Plain) ComparePartition();
        if (world.Plan.Knobs.HasAudiences) CompareAudiences();
        foreach (var stream in Ledger.Streams.Where(s => s.IsLive)) CheckVisits(stream);
    }

    private void CompareWithModel(StreamModel stream)
    {
        // By the store, snapshots included: what a cold load reads from now on.
        var state = world.Store.Look(j => StateLoader.LoadAsync(j, World.Workspace, stream.Id))!;
        var view = JsonDocument.Parse(state.View(World.Workspace, world.Plan.Knobs.Rules)!.Json).RootElement;
        var family = Ledger.Family(stream).ToList();
        var events = family.SelectMany(s => s.Events).ToList();
        var computed = view.GetProperty("computed");
        Compare(stream, "eventCount", events.Count, computed.GetProperty("eventCount").GetInt32());
        Compare(
            stream,
            "events",
            Text(events.CountBy(e => e.Name ?? e.Type.ToString().ToLowerInvariant()).Select(c => (c.Key, c.Value.ToString()))),
            Text(computed.GetProperty("events").EnumerateObject().Select(p => (p.Name, p.Value.ToString()))));
        Compare(stream, "traits", Text(Traits(events, family)), Text(view.GetProperty("traits").EnumerateObject().Select(p => (p.Name, p.Value.ToString()))));
        Compare(stream, "identifiers", Text(stream.Links.Select(i => (i.Type, i.Value))), Text(state.Links.Keys.Select(i => (i.Type, i.Value))));
        Compare(stream, "listed", Text(stream.Listed.Select(i => (i.Type, i.Value))), Text(state.Listed.Select(l => (l.Identifier.Type, l.Identifier.Value)).Distinct()));
        // A third profile begins without any, and so may one that was split off.
        Compare(stream, "createdAt", events.Select(e => e.OrderMs).DefaultIfEmpty(long.MaxValue).Min(), state.CreatedAtMs);
    }

    /// <summary>After a sweep nothing is due of where its devices are.</summary>
    private void CheckVisits(StreamModel stream)
    {
        var fences = world.Plan.Knobs.Fences;
        var track = world.Store.Look(j => StateLoader.LoadAsync(j, World.Workspace, stream.Id))!.Track;
        if (FenceTracker.NextDueMs(track, fences.Index, fences.Options) is { } dueMs && dueMs <= world.Scheduler.Clock.NowMs)
            world.Fail(Invariants.Judged, $"{world.NameOf(stream.Id)} was due at {dueMs}, and it is {world.Scheduler.Clock.NowMs}.");
    }

    private void Compare<T>(StreamModel stream, string what, T expected, T found)
    {
        if (!Equals(expected, found)) world.Fail(Invariants.NaiveModel, $"{stream.Id} has {what} {found}, and the model {expected}.");
    }

    private static string Text(IEnumerable<(string Name, string Value)> pairs) =>
        string.Join(' ', pairs.Select(p => $"{p.Name}={p.Value}").Order(StringComparer.Ordinal));

    /// <summary>The last write of each trait, by event time, then source priority, then message id.</summary>
    private static IEnumerable<(string Name, string Value)> Traits(List<CustomerEvent> events, List<StreamModel> family)
    {
        var writes = events.Where(e => !e.Traits.IsEmpty).Select(e => (e.OrderMs, e.Source.Priority, e.MessageId, e.Traits))
            .Concat(family.SelectMany(s => s.Patches).Select(p => (p.Origin.OrderMs, p.Origin.Priority, p.Origin.MessageId, p.Traits)));
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (_, _, _, traits) in writes.OrderBy(w => w.OrderMs).ThenBy(w => w.Priority).ThenBy(w => w.MessageId, StringComparer.Ordinal))
        {
            foreach (var trait in JsonDocument.Parse(traits).RootElement.EnumerateObject()) last[trait.Name] = trait.Value.ToString();
        }

        return last.Select(t => (t.Key, t.Value));
    }

    private void ComparePartition()
    {
        var expected = UnionFind(_acknowledged.Values);
        var found = Ledger.Streams.Where(s => s.IsLive)
            .Select(s => (Ids: s.Links.Select(i => i.Ref), Events: Ledger.Family(s).SelectMany(f => f.Events).Select(e => e.MessageId)));
        var left = Lines(expected);
        var right = Lines(found);
        if (left != right) world.Fail(Invariants.Partition, $"The profiles are\n{right}\nand the union-find is\n{left}");
    }

    private static string Lines(IEnumerable<(IEnumerable<string> Ids, IEnumerable<string> Events)> profiles) =>
        string.Join('\n', profiles
            .Select(p => $"{string.Join(' ', p.Ids.Order(StringComparer.Ordinal))} | {string.Join(' ', p.Events.Order(StringComparer.Ordinal))}")
            .Order(StringComparer.Ordinal));

    private static IEnumerable<(IEnumerable<string> Ids, IEnumerable<string> Events)> UnionFind(IEnumerable<EventSpec> events)
    {
        var parent = new Dictionary<Identifier, Identifier>();
        Identifier Root(Identifier i)
        {
            while (parent.TryGetValue(i, out var up) && up != i) i = up;
            parent.TryAdd(i, i);
            return i;
        }

        var all = events.ToList();
        foreach (var e in all)
        {
            foreach (var identifier in e.Identifiers) parent[Root(identifier)] = Root(e.Identifiers[0]);
        }

        return parent.Keys.ToList().GroupBy(Root)
            .Select(g => (g.Select(i => i.Ref), all.Where(e => Root(e.Identifiers[0]) == g.Key).Select(e => e.MessageId)));
    }
}
