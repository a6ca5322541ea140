using System.Text.Json;
using Cdp.Core.Actors;
using Cdp.Core.Audiences;
using Cdp.Core.Events;
using Cdp.Core.Geofences;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Journal.Memory;
using Cdp.Standalone.Actors;
using Cdp.Testing.Engine;
using Cdp.Testing.Time;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>The engine in memory on a clock of the test's own: real actors, router and fold; only HTTP and the disk are missing.</summary>
internal sealed class EngineKit
{
    public const string Workspace = TestEvents.Workspace;
    public static readonly DateTimeOffset Start = TestEvents.Start;

    private readonly TestEvents _events;

    public EngineKit(IJournal? journal = null, MemoryOptions? memory = null, IdentityRules? rules = null, TimeProvider? clock = null, int seed = 1)
        : this(AudiencesInForce.None, journal, memory, rules, clock, seed)
    {
    }

    public EngineKit(
        AudiencesInForce audiences, IJournal? journal = null, MemoryOptions? memory = null, IdentityRules? rules = null, TimeProvider? clock = null, int seed = 1)
    {
        Journal = journal ?? new InMemoryJournal();
        Rules = rules ?? IdentityRules.Default;
        Audiences = audiences;
        Services = new ActorServices(Journal, _ => Rules, clock ?? Clock, new IdSource(Clock, new Random(seed)), Snapshots) 
        {
            Audiences = _ => Audiences,
            Fences = _ => Fences,
            Wake = Journal is IGridIndex index ? (workspace, wake) => index.WakeAsync(workspace, wake) : null,
        };
        Actors = new LocalActors(Services, memory ?? new MemoryOptions());
        Grid = new GridEngine(Actors, Services, new GridOptions());
        _events = new TestEvents(() => Rules, () => Clock.NowMs);
        Snapshots.Take = (workspace, customer) => Actors.Find(workspace, customer).SnapshotAsync();
    }

    public FakeClock Clock { get; } = new(Start);

    public IdentityRules Rules { get; set; }

    public AudiencesInForce Audiences { get; set; }

    public FencesInForce Fences { get; set; } = FencesInForce.None;

    public IJournal Journal { get; }

    public ActorServices Services { get; }

    public LocalActors Actors { get; private set; }

    public GridEngine Grid { get; private set; }

    public ListSink Snapshots { get; } = new();

    /// <summary>Parses an event as it comes over HTTP. Times are seconds after the start.</summary>
    public CustomerEvent Event(string json, double atSeconds = 0, EventSource? source = null, string? messageId = null) =>
        _events.Of(json, atSeconds, source, messageId);

    public async Task<EventOutcome> SendAsync(string json, double atSeconds = 0, EventSource? source = null, string? messageId = null)
    {
        var at = Start.AddSeconds(atSeconds);
        if (at > Clock.GetUtcNow()) Clock.Advance(at - Clock.GetUtcNow());
        return (await Grid.IngestAsync(Workspace, [Event(json, atSeconds, source, messageId)]))[0];
    }

    public async Task<JsonElement?> ProfileAsync(string type, string value)
    {
        var view = await Grid.GetAsync(Workspace, new(null, new Identifier(type, value)));
        return view is null ? null : JsonDocument.Parse(view.Json).RootElement;
    }

    public async Task<JsonElement?> ProfileAsync(CustomerId id)
    {
        var view = await Grid.GetAsync(Workspace, new(id, null));
        return view is null ? null : JsonDocument.Parse(view.Json).RootElement;
    }

    /// <summary>Forgets all actors, as a restart does; what was committed is all that is left.</summary>
    public void Restart()
    {
        Actors = new LocalActors(Services, new MemoryOptions());
        Grid = new GridEngine(Actors, Services, new GridOptions());
    }

    internal sealed class ListSink : ISnapshotSink
    {
        public List<(string Workspace, StoredSnapshot Snapshot)> Offers { get; } = [];

        public Func<string, CustomerId, Task> Take { get; set; } = (_, _) => Task.CompletedTask;

        public bool Due(string workspace, CustomerId customer)
        {
            _ = Take(workspace, customer);
            return true;
        }

        public void Offer(string workspace, StoredSnapshot snapshot)
        {
            lock (Offers) Offers.Add((workspace, snapshot));
        }
    }
}

internal static class JsonElementExtensions
{
    public static string Id(this JsonElement? profile) => profile!.Value.GetProperty("id").GetString()!;

    public static long EventCount(this JsonElement? profile) => profile!.Value.GetProperty("computed").GetProperty("eventCount").GetInt64();

    public static string? Trait(this JsonElement? profile, string name) =>
        profile!.Value.GetProperty("traits").TryGetProperty(name, out var value) ? value.ToString() : null;

    public static string[] Identifiers(this JsonElement? profile) =>
        [.. profile!.Value.GetProperty("identifiers").EnumerateArray().Select(i => $"{i.GetProperty("type")}:{i.GetProperty("value")}")];
}
