using System.Collections.Frozen;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;
using Cdp.Testing.Journal;
using Xunit;

namespace Cdp.Testing.Engine;

/// <summary>
/// Many writers that link the same people in any order, over a store that fails: what is acknowledged is there once, and the partition is the union
/// of all links. The grids may be one, or several over one store.
/// </summary>
public sealed class LinkStorm(int seed, double faultRatio)
{
    private const int People = 60;
    private const int Senders = 16;
    private const int EventsPerSender = 60;

    private readonly Partition _model = new(People);
    private readonly InMemoryJournal _memory = new();

    /// <summary>The rules that the model knows: none.</summary>
    public static IdentityRules Rules { get; } = new()
    {
        MaxIdentifiersPerProfile = int.MaxValue,
        Types = IdentityRules.Default.Types.ToFrozenDictionary(t => t.Key, t => t.Value with { MaxPerProfile = int.MaxValue }),
    };

    /// <summary>The store to run the grids on.</summary>
    public FlakyJournal Journal => _journal ??= new(_memory, seed, faultRatio);

    private FlakyJournal? _journal;

    /// <summary>Sends everything, and checks what came of it through every grid.</summary>
    public async Task RunAsync(params IGrid[] grids)
    {
        await WriteAsync(grids);
        foreach (var grid in grids) await CheckAsync(grid);
    }

    /// <summary>Sends everything.</summary>
    public async Task WriteAsync(params IGrid[] grids)
    {
        var maker = new TestEvents(() => Rules, () => TestEvents.Start.AddDays(1).ToUnixTimeMilliseconds());
        var plans = Enumerable.Range(0, Senders).Select(s => Plan(maker, new Random((seed * 1_000) + s), s)).ToArray();
        await Task.WhenAll(plans.Select((events, sender) => Task.Run(() => SendAllAsync(events, grids, new Random(sender)))));
        Journal.Healthy = true;
    }

    /// <summary>Checks what came of it, as one grid shows it.</summary>
    public async Task CheckAsync(IGrid grid)
    {
        var seen = new Dictionary<int, CustomerId>();
        var total = 0L;
        for (var person = 0; person < People; person++)
        {
            if (_model.EventsOf(person) == 0) continue;
            var view = await grid.GetAsync(TestEvents.Workspace, new(null, Id(person)));
            Assert.NotNull(view);
            var root = _model.Root(person);
            if (seen.TryGetValue(root, out var known))
            {
                Assert.Equal(known, view.Id);
                continue;
            }

            Assert.DoesNotContain(view.Id, seen.Values);
            seen.Add(root, view.Id);
            var stored = await grid.TimelineAsync(TestEvents.Workspace, new(view.Id, null), 1_000, null, null);
            Assert.Equal(stored!.Events.Count, stored.Events.Select(e => e.MessageId).Distinct().Count());
            Assert.Equal(_model.EventsIn(person), stored.Events.Count);
            var state = await StateLoader.LoadAsync(_memory, TestEvents.Workspace, view.Id);
            Assert.Equal(view.Json, state!.View(TestEvents.Workspace, Rules)!.Json);
            total += stored.Events.Count;
        }

        Assert.Equal(Senders * EventsPerSender, total);
    }

    private static Identifier Id(int person) => new("device_id", $"d{person}");

    private List<CustomerEvent> Plan(TestEvents maker, Random random, int sender)
    {
        var events = new List<CustomerEvent>();
        for (var i = 0; i < EventsPerSender; i++)
        {
            var first = random.Next(People);
            var second = random.Next(4) == 0 ? random.Next(People) : first;
            _model.Add(first, second);
            events.Add(maker.Of(
                $$$"""{"type":"track","event":"x","messageId":"{{{sender}}}-{{{i}}}","context":{"device":{"id":"d{{{first}}}"},"externalIds":[{"id":"d{{{second}}}","type":"device_id","collection":"users"}]}}""",
                random.Next(1, 1_000)));
        }

        return events;
    }

    /// <summary>Sends batches until every event is acknowledged, as a client does that gets 503: to whichever grid answers next.</summary>
    private async Task SendAllAsync(List<CustomerEvent> events, IGrid[] grids, Random random)
    {
        var tries = 0;
        for (var at = 0; at < events.Count; at += 5)
        {
            var batch = events.Skip(at).Take(5).ToArray();
            while (batch.Length > 0)
            {
                if (++tries > 3_000) Journal.Healthy = true;
                var outcomes = await grids[random.Next(grids.Length)].IngestAsync(TestEvents.Workspace, batch);
                Assert.DoesNotContain(outcomes, o => o.Status == EventStatus.Rejected);
                batch = [.. batch.Where((_, i) => outcomes[i].Status == EventStatus.Failed)];
            }
        }
    }

    /// <summary>Union-find over people, with the number of events of each.</summary>
    private sealed class Partition(int size)
    {
        private readonly int[] _parent = [.. Enumerable.Range(0, size)];
        private readonly int[] _events = new int[size];
        private readonly HashSet<int> _touched = [];

        public void Add(int first, int second)
        {
            _parent[Root(second)] = Root(first);
            _events[first]++;
            if (second != first) _touched.Add(second);
        }

        public int Root(int person)
        {
            while (_parent[person] != person) person = _parent[person];
            return person;
        }

        public int EventsOf(int person) => _events[person] + (_touched.Contains(person) ? 1 : 0);

        public int EventsIn(int person) => Enumerable.Range(0, _parent.Length).Where(p => Root(p) == Root(person)).Sum(p => _events[p]);
    }
}
