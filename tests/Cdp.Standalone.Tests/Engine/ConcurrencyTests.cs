using System.Collections.Frozen;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Testing.Journal;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>Many writers, merges that cross, and a store that fails: what is acknowledged is there once, and the partition is the union of all links.</summary>
public sealed class ConcurrencyTests(ITestOutputHelper output)
{
    private const int People = 60;
    private const int Senders = 16;
    private const int EventsPerSender = 60;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0.1)]
    [InlineData(3, 0.3)]
    public async Task Links_in_any_order_end_in_the_union_of_all_links(int seed, double faultRatio)
    {
        output.WriteLine($"seed {seed}, faults {faultRatio}");
        var memory = new InMemoryJournal();
        var flaky = new FlakyJournal(memory, seed, faultRatio);
        var kit = new EngineKit(flaky, rules: NoLimits(), clock: TimeProvider.System, seed: seed);
        var model = new Partition(People);
        var events = Enumerable.Range(0, Senders).Select(s => Plan(kit, new Random((seed * 1_000) + s), model, s)).ToArray();
        kit.Clock.Advance(TimeSpan.FromDays(1));

        await Task.WhenAll(events.Select(e => Task.Run(() => SendAllAsync(kit, flaky, e))));

        flaky.Healthy = true;
        var seen = new Dictionary<string, CustomerId>();
        var total = 0L;
        for (var person = 0; person < People; person++)
        {
            if (model.EventsOf(person) == 0) continue;
            var view = await kit.Grid.GetAsync(EngineKit.Workspace, new(null, Id(person)));
            Assert.NotNull(view);
            var root = model.Root(person).ToString();
            if (seen.TryGetValue(root, out var known))
            {
                Assert.Equal(known, view.Id);
                continue;
            }

            Assert.DoesNotContain(view.Id, seen.Values);
            seen.Add(root, view.Id);
            var stored = await kit.Grid.TimelineAsync(EngineKit.Workspace, new(view.Id, null), 1_000, null, null);
            Assert.Equal(stored!.Events.Count, stored.Events.Select(e => e.MessageId).Distinct().Count());
            Assert.Equal(model.EventsIn(person), stored.Events.Count);
            var state = await StateLoader.LoadAsync(memory, EngineKit.Workspace, view.Id);
            Assert.Equal(view.Json, state!.View(EngineKit.Workspace, kit.Rules)!.Json);
            total += stored.Events.Count;
        }

        Assert.Equal(Senders * EventsPerSender, total);
    }

    private static Identifier Id(int person) => new("device_id", $"d{person}");

    private static List<CustomerEvent> Plan(EngineKit kit, Random random, Partition model, int sender)
    {
        var events = new List<CustomerEvent>();
        for (var i = 0; i < EventsPerSender; i++)
        {
            var first = random.Next(People);
            var second = random.Next(4) == 0 ? random.Next(People) : first;
            model.Add(first, second);
            events.Add(kit.Event(
                $$$"""{"type":"track","event":"x","messageId":"{{{sender}}}-{{{i}}}","context":{"device":{"id":"d{{{first}}}"},"externalIds":[{"id":"d{{{second}}}","type":"device_id","collection":"users"}]}}""",
                random.Next(1, 1_000)));
        }

        return events;
    }

    /// <summary>Sends batches until every event is acknowledged, as a client does that gets 503.</summary>
    private static async Task SendAllAsync(EngineKit kit, FlakyJournal journal, List<CustomerEvent> events)
    {
        var tries = 0;
        for (var at = 0; at < events.Count; at += 5)
        {
            var batch = events.Skip(at).Take(5).ToArray();
            while (batch.Length > 0)
            {
                if (++tries > 3_000) journal.Healthy = true;
                var outcomes = await kit.Grid.IngestAsync(EngineKit.Workspace, batch);
                Assert.DoesNotContain(outcomes, o => o.Status == EventStatus.Rejected);
                batch = [.. batch.Where((_, i) => outcomes[i].Status == EventStatus.Failed)];
            }
        }
    }

    private static IdentityRules NoLimits() => new()
    {
        MaxIdentifiersPerProfile = int.MaxValue,
        Types = IdentityRules.Default.Types.ToFrozenDictionary(t => t.Key, t => t.Value with { MaxPerProfile = int.MaxValue }),
    };

    /// <summary>Union-find over people, with the number of events of each.</summary>
    private sealed class Partition(int size)
    {
        private readonly int[] _parent = [.. Enumerable.Range(0, size)];
        private readonly int[] _events = new int[size];

        public void Add(int first, int second)
        {
            _parent[Root(second)] = Root(first);
            _events[first]++;
            if (second != first) _touched.Add(second);
        }

        private readonly HashSet<int> _touched = [];

        public int Root(int person)
        {
            while (_parent[person] != person) person = _parent[person];
            return person;
        }

        public int EventsOf(int person) => _events[person] + (_touched.Contains(person) ? 1 : 0);

        public int EventsIn(int person) => Enumerable.Range(0, _parent.Length).Where(p => Root(p) == Root(person)).Sum(p => _events[p]);
    }
}
