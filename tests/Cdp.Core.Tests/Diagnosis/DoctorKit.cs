using Cdp.Core.Actors;
using Cdp.Core.Diagnosis;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;
using Cdp.Testing.Engine;
using Cdp.Testing.Time;

namespace Cdp.Core.Tests.Diagnosis;

/// <summary>A grid in memory and a doctor who looks at it.</summary>
internal sealed class DoctorKit
{
    public const string Workspace = TestEvents.Workspace;

    private readonly TestEvents _events;
    private int _sent;

    public DoctorKit(IdentityRules? rules = null)
    {
        Rules = rules ?? IdentityRules.Default;
        var services = new ActorServices(Journal, _ => Rules, Clock, new IdSource(Clock, new Random(1)));
        Grid = new GridEngine(new SequentialActors(services), services, new GridOptions());
        _events = new TestEvents(() => Rules, () => Clock.NowMs);
    }

    public FakeClock Clock { get; } = new(TestEvents.Start.AddDays(1));

    public InMemoryJournal Journal { get; } = new();

    public IdentityRules Rules { get; set; }

    public GridEngine Grid { get; }

    public async Task<CustomerId> SendAsync(string json)
    {
        var outcomes = await Grid.IngestAsync(Workspace, [_events.Of(json, ++_sent, new EventSource("web"))]);
        return outcomes[0].Profile!.Value;
    }

    public Task<DoctorReport> LookAsync(int limit = 10, int atLeast = 5, IJournalMaintenance? store = null, CancellationToken cancellationToken = default) =>
        new IdentityDoctor(store ?? Journal, Grid, Clock).RunAsync(Workspace, Rules, new(limit, atLeast, TimeSpan.FromSeconds(30)), cancellationToken);
}
