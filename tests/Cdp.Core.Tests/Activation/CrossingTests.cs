using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Activation;

/// <summary>A computed trait that crosses a value: the edge counts, and not the level.</summary>
public sealed class CrossingTests
{
    private static readonly TriggerPlan Plan = Kit.Plan(
        null,
        Kit.Computed("""{"id":"spend","type":"sum","event":"Bought","property":"total","within":"1h"}"""),
        """{"id":"big","when":{"computed":"spend","above":100},"then":[{"stream":"out"}]}""",
        """{"id":"also","when":{"computed":"spend","above":100.0},"then":[{"stream":"out"}],"payload":{"v":"{{computed.value}}","total":"{{event.properties.total}}"}}""",
        """{"id":"low","when":{"computed":"spend","below":10},"then":[{"stream":"out"}]}""");

    private readonly Core.Audiences.State.WindowState _windows = Plan.Audiences.NewState();
    private ActivationState _state = ActivationState.Empty;

    [Fact]
    public void Each_way_over_the_value_is_one_occurrence()
    {
        Observe(0);
        Assert.Equal([], Buy(0, 100));
        Assert.Equal(["big", "also"], Buy(1, 1));
        Assert.Equal([], Buy(2, 500));

        // Two hours on all of it has aged out, and what is bought then is little.
        Assert.Equal(["low"], Buy(120, 5));
        Assert.Equal([], Buy(121, 50));
        Assert.Equal(["big", "also"], Buy(122, 200));
    }

    [Fact]
    public void A_value_that_goes_by_time_alone_is_noticed_at_a_moment()
    {
        Observe(0);
        Assert.Equal(["big", "also"], Buy(0, 200));
        Assert.Equal(["low"], Decide(Occasion.OfTime(Make.Stream(1), At(70)), 70));
        Assert.Equal([], Decide(Occasion.OfTime(Make.Stream(1), At(71)), 71));
    }

    [Fact]
    public void The_first_look_is_no_crossing()
    {
        // A customer who has long spent more, and a trigger that is new.
        Fold(0, 500);
        Assert.Equal([], Buy(1, 1));
        Assert.Equal(["low"], Buy(120, 1));
        Assert.Equal(["big", "also"], Buy(121, 300));
    }

    [Fact]
    public void A_merge_crosses_nothing_and_an_observation_takes_nothing_away()
    {
        Observe(0);
        Assert.Equal([], Buy(0, 60));
        _state = ActivationState.Join(_state, ActivationState.Empty);
        Fold(1, 60);
        Observe(1);
        Assert.Equal([], Buy(2, 1));
        Observe(120);
        Assert.Equal(["low"], Decide(Occasion.OfTime(Make.Stream(1), At(120)), 120));
        Assert.Same(_state, ActivationPolicy.Observe(Plan, Facts, _state, At(121)));
    }

    [Fact]
    public void A_late_event_moves_the_value_and_triggers_nothing()
    {
        Observe(0);
        var (late, codes) = (Fold(30, 200, lateMs: 20 * 60_000), new List<string>());
        var outcome = ActivationPolicy.Decide(Plan, [late], Facts, _state, At(30));
        Assert.Equal(["historical", "historical"], outcome.Record!.Decisions.Select(d => d.Code));
        Assert.Empty(outcome.Messages);
        _state = outcome.State;
        Assert.Equal([], Buy(31, 1));
    }

    [Fact]
    public void Who_crossed_with_which_event_is_told()
    {
        Observe(0);
        var outcome = ActivationPolicy.Decide(Plan, [Fold(0, 50), Fold(1, 70)], Facts, _state, At(1));
        Assert.Equal(["big", "also"], outcome.Record!.Decisions.Select(d => d.Trigger));
        Assert.All(outcome.Record.Decisions, d => Assert.Equal((OccasionKind.Computed, "spend", At(1)), (d.Kind, d.Subject, d.OccasionAtMs)));
        Assert.Contains("\"payload\":{\"v\":120,\"total\":70}", System.Text.Encoding.UTF8.GetString(outcome.Messages[1].Body.Span), StringComparison.Ordinal);
    }

    private static long At(long minutes) => Make.Start + (minutes * 60_000);

    private ActivationFacts Facts => Kit.Facts(new() { Windows = [_windows] });

    private void Observe(long minutes) => _state = ActivationPolicy.Observe(Plan, Facts, _state, At(minutes));

    private string[] Buy(long minutes, int total) => Decide(Fold(minutes, total), minutes);

    private string[] Decide(Occasion occasion, long minutes)
    {
        var outcome = ActivationPolicy.Decide(Plan, [occasion], Facts, _state, At(minutes));
        _state = outcome.State;
        return [.. outcome.Record?.Decisions.Where(d => d.Code == DecisionCodes.Acted).Select(d => d.Trigger) ?? []];
    }

    private Occasion Fold(long minutes, int total, long lateMs = 0)
    {
        var occasion = Kit.Event(minutes * 60_000, $"m{minutes}", more: $$""","properties":{"total":{{total}}}""", lateMs: lateMs);
        Plan.Audiences.Fold(_windows, occasion.Event!);
        return occasion;
    }
}
