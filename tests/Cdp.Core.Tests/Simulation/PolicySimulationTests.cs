using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Simulation;
using Cdp.Testing.Engine;
using Cdp.Testing.Time;

namespace Cdp.Core.Tests.Simulation;

public sealed class PolicySimulationTests
{
    // Instruments are the process's own, and other tests run beside this one: only what happens in this flow counts.
    private readonly AsyncLocal<bool> _isHere = new();
    private readonly FakeClock _clock = new(TestEvents.Start);

    [Fact]
    public async Task Nothing_of_a_simulation_shows_in_the_metrics_and_traces_of_the_live_grid()
    {
        var seen = 0;
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == GridMetrics.MeterName) listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, _, _, _) => Count());
        meters.SetMeasurementEventCallback<int>((_, _, _, _) => Count());
        meters.SetMeasurementEventCallback<double>((_, _, _, _) => Count());
        meters.Start();
        using var spans = new ActivityListener
        {
            ShouldListenTo = s => s == GridTrace.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = _ => Count(),
        };
        ActivitySource.AddActivityListener(spans);
        _isHere.Value = true;
        var events = Events();

        var simulation = new PolicySimulation(TestEvents.Workspace, IdentityRules.Default, _clock);
        Assert.All(await simulation.IngestAsync(events), o => Assert.Equal(EventStatus.Applied, o.Status));
        Assert.Equal(0, seen);

        var services = new ActorServices(new InMemoryJournal(), _ => IdentityRules.Default, _clock, new IdSource(_clock, new Random(1)));
        await new GridEngine(new SequentialActors(services), services, new GridOptions()).IngestAsync(TestEvents.Workspace, events);
        Assert.True(seen > 4, "The same events in a grid that is measured are seen.");

        void Count()
        {
            if (_isHere.Value) seen++;
        }
    }

    [Fact]
    public async Task Profiles_come_in_the_order_they_were_made_and_without_those_that_were_absorbed()
    {
        var simulation = new PolicySimulation(TestEvents.Workspace, IdentityRules.Default, _clock);
        await simulation.IngestAsync(Events());

        var profiles = await simulation.ProfilesAsync();
        Assert.Equal(["user_id:u anonymous_id:a anonymous_id:b", "anonymous_id:c"], profiles.Select(p => string.Join(' ', p.Identifiers.Select(i => i.Ref))));
        Assert.Equal(profiles.Select(p => p.Id).Order(), profiles.Select(p => p.Id));
    }

    [Fact]
    public async Task It_stops_between_two_events_when_its_caller_has_gone()
    {
        var simulation = new PolicySimulation(TestEvents.Workspace, IdentityRules.Default, _clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => simulation.IngestAsync(Events(), new CancellationToken(canceled: true)));
        Assert.Empty(await simulation.ProfilesAsync());
    }

    // Two browsers become one person, a third one stays.
    private List<CustomerEvent> Events()
    {
        var events = new TestEvents(() => IdentityRules.Default, () => _clock.NowMs);
        return
        [
            events.Of("""{"type":"page","anonymousId":"a"}"""),
            events.Of("""{"type":"page","anonymousId":"b"}"""),
            events.Of("""{"type":"page","anonymousId":"c"}"""),
            events.Of("""{"type":"identify","userId":"u","anonymousId":"a"}"""),
            events.Of("""{"type":"identify","userId":"u","anonymousId":"b"}"""),
        ];
    }
}
