using System.Globalization;
using System.Text.Json;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Standalone.Actors;

namespace Cdp.Benchmarks;

/// <summary>
/// The engine's processor time of one event on profiles of different sizes, snapshots included, over a store that costs nothing: it must not grow with the
/// events that came before or with the identifiers.
/// </summary>
internal static class EventCost
{
    private const int Measured = 2_000;
    private const int Unmeasured = 9;
    private const int Rounds = 51;

    public static async Task RunAsync(Report report)
    {
        // Rounds unmeasured for the compiler, then the mean of many in turn: what the first pays must not make the others look cheap.
        (int Earlier, int Identifiers)[] profiles = [(10, 3), (10_000, 3), (10, 500)];
        var means = new double[profiles.Length];
        for (var round = -Unmeasured; round < Rounds; round++)
        {
            for (var i = 0; i < profiles.Length; i++)
            {
                var cost = await MeasureAsync(profiles[i].Earlier, profiles[i].Identifiers);
                if (round >= 0) means[i] += cost / Rounds;
            }
        }

        var (small, old, wide) = (means[0], means[1], means[2]);
        report.Add("one event, 10,000 earlier events", $"{Report.N(old)} µs", $"10 earlier events: {Report.N(small)} µs", old / small, "<= 1.20");
        report.Add("one event, 500 identifiers", $"{Report.N(wide)} µs", $"3 identifiers: {Report.N(small)} µs", wide / small, "<= 1.20");
    }

    private static async Task<double> MeasureAsync(int earlier, int identifiers)
    {
        var engine = new BenchEngine(new NullJournal());
        for (var i = 0; i < identifiers; i++) await engine.SendAsync(engine.Event(i, i));
        for (var i = 0; i < earlier; i++) await engine.SendAsync(engine.Event(0, 1_000 + i));
        CustomerEvent[] events = [.. Enumerable.Range(0, Measured).Select(i => engine.Event(0, 100_000 + i))];
        GC.Collect();
        // Snapshots are taken by another thread, and on a busy machine a wait for it says nothing: processor time does.
        var before = Environment.CpuUsage.TotalTime;
        foreach (var e in events) await engine.SendAsync(e);
        await engine.SnapshotsTakenAsync();
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Measured;
    }
}

/// <summary>The engine over any store, without HTTP.</summary>
internal sealed class BenchEngine
{
    private readonly GridEngine _grid;
    private readonly Sink _sink = new();

    public BenchEngine(IJournal journal)
    {
        var services = new ActorServices(journal, _ => IdentityRules.Default, TimeProvider.System, new IdSource(TimeProvider.System, new Random(1)), _sink);
        Actors = new LocalActors(services, new MemoryOptions { MaxActiveCustomers = 2_000_000, MaxActiveIdentifiers = 10_000_000 });
        _sink.TakeSnapshot = (workspace, customer) => Task.Run(Actors.Find(workspace, customer).SnapshotAsync);
        _grid = new GridEngine(Actors, services, new GridOptions());
    }

    public LocalActors Actors { get; }

    /// <summary>Waits for the snapshots that are due to be taken.</summary>
    public Task SnapshotsTakenAsync() => _sink.Taken;

    public async Task SendAsync(params CustomerEvent[] events)
    {
        var outcomes = await _grid.IngestAsync("bench", events);
        if (outcomes.Any(o => o.Status != EventStatus.Applied)) throw new InvalidOperationException(outcomes.First(o => o.Status != EventStatus.Applied).ToString());
    }

    /// <summary>An event by one of a person's identifiers: 0 is the user id, 1 to 4 are e-mails, the rest loyalty cards of 100 types.</summary>
    public CustomerEvent Event(int identifier, int number, string person = "p", string? traits = null, string context = "")
    {
        var extra = identifier == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $$""","externalIds":[{"type":"card{{identifier / 4}}","id":"{{person}}-{{identifier}}","collection":"users"}]""");
        var json = string.Create(CultureInfo.InvariantCulture, $$"""
            {"type":"{{(traits is null ? "track" : "identify")}}","event":"Viewed","userId":"{{person}}","messageId":"{{person}}-{{number}}","traits":{ {{traits}} },"properties":{"sku":"{{number}}","price":12.5},"context":{"ip":"10.0.0.1","page":{"url":"https://example.com/{{number}}"}{{extra}}{{context.Replace("PERSON", person, StringComparison.Ordinal)}} } }
            """);
        using var document = JsonDocument.Parse(json);
        var parsed = EventParser.Parse(
            document.RootElement, new ParseContext(IdentityRules.Default, new EventSource("bench"), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        return parsed.Event ?? throw new InvalidOperationException(parsed.Rejection!.ToString());
    }

    /// <summary>An event by an anonymous id, of a person when a user id is given as well.</summary>
    public CustomerEvent Anonymous(int number, string person, string? userId = null)
    {
        var user = userId is null ? "" : $"\"userId\":\"{userId}\",";
        var json = string.Create(CultureInfo.InvariantCulture, $$"""
            {"type":"track","event":"Viewed",{{user}}"anonymousId":"a-{{person}}","messageId":"a-{{person}}-{{number}}","properties":{"sku":"{{number}}"} }
            """);
        using var document = JsonDocument.Parse(json);
        return EventParser.Parse(
            document.RootElement, new ParseContext(IdentityRules.Default, new EventSource("bench"), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())).Event!;
    }

    /// <summary>An event with five identifiers of one person.</summary>
    public CustomerEvent WithFive(int number) => Event(
        4,
        number,
        context: ""","traits":{"email":"PERSON@example.com","phone":"+4915112345678"},"device":{"id":"PERSON-device"}""");

    public async Task<MergeId> MergeAsync(string survivor, string absorbed) =>
        (await _grid.MergeAsync("bench", User(survivor), User(absorbed), new("bench", null))).Id!.Value;

    /// <summary>Takes a merge back, or splits a user id off.</summary>
    /// <returns>How many events moved.</returns>
    public async Task<int> SplitAsync(string person, MergeId? merge, string userId)
    {
        var split = new PersonSplit(merge, merge is null ? [new("user_id", userId)] : [], NeverMerge: true, new("bench", null));
        var answer = await _grid.SplitAsync("bench", User(person), split);
        return answer is { Refusal: null } ? answer.Events : throw new InvalidOperationException(answer?.Refusal);
    }

    private static ProfileRef User(string person) => new(null, new Identifier("user_id", person));

    public async Task ReadAsync(string person)
    {
        if (await _grid.GetAsync("bench", new ProfileRef(null, new Identifier("user_id", person))) is null) throw new InvalidOperationException("A profile is missing.");
    }

    private sealed class Sink : ISnapshotSink
    {
        public bool Due(string workspace, CustomerId customer)
        {
            if (TakeSnapshot?.Invoke(workspace, customer) is { } taken) Taken = Taken.IsCompleted ? taken : Task.WhenAll(Taken, taken);
            return true;
        }

        public Func<string, CustomerId, Task>? TakeSnapshot { get; set; }

        public Task Taken { get; private set; } = Task.CompletedTask;

        public void Offer(string workspace, StoredSnapshot snapshot) { }
    }
}
