using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Core.Tests.Geofences;

/// <summary>Walks as they are recorded. The shop is a circle of 100 m with a buffer of 20 m; two fixes confirm an exit.</summary>
public sealed class TrackerWalkTests
{
    [Fact]
    public void A_visit_is_an_enter_and_an_exit_that_says_how_long_and_how_far()
    {
        var walk = new Walk(Walk.Shop()).At(0, 500).At(60, 90).At(120, 0).At(180, 150).At(240, 300);
        Assert.Equal(["Enter shop@60", "Exit shop@240"], walk.Texts);
        Assert.Equal(180, walk.Told[1].DwellSeconds);
        Assert.Equal(200, walk.Told[1].DistanceMeters!.Value, 0.1);
        Assert.False(walk.Told[0].Initial);
        Assert.Empty(walk.State.FencesOf("phone"));
    }

    [Fact]
    public void Jitter_at_the_edge_is_one_visit()
    {
        var walk = new Walk(Walk.Shop()).At(0, 500);
        double[] east = [99, 103, 97, 118, 101, 95, 115, 119, 104, 99, 108];
        for (var i = 0; i < east.Length; i++) walk.At(60 + (i * 10), east[i]);
        Assert.Equal(["Enter shop@60"], walk.Texts);
    }

    [Fact]
    public void A_still_phone_that_claims_2_m_and_is_200_m_off_now_and_then_does_not_leave()
    {
        var walk = new Walk(Walk.Shop()).At(0, 400).At(60, 10);
        for (var i = 1; i < 30; i++) walk.At(60 + (i * 12), i % 3 == 0 ? 210 : 10, 0, 1.9);
        Assert.Equal(["Enter shop@60"], walk.Texts);
    }

    [Fact]
    public void A_fix_of_17_km_accuracy_neither_enters_nor_leaves()
    {
        var walk = new Walk(Walk.Shop()).At(0, 0, 0, 17_000);
        Assert.Equal(FixOutcome.Inaccurate, walk.Outcome);
        walk.At(10, 0).At(20, 9_000, 0, 17_000).At(30, 9_000, 0, 17_000).At(40, 5);
        Assert.Equal(["Enter shop@10"], walk.Texts);
    }

    [Fact]
    public void Accuracy_holds_an_exit_back_as_far_as_the_cap()
    {
        Assert.Equal(["Enter shop@0"], new Walk(Walk.Shop()).At(0, 0).At(60, 160, 0, 45).At(120, 160, 0, 45).Texts);
        Assert.Equal(["Enter shop@0", "Exit shop@120"], new Walk(Walk.Shop()).At(0, 0).At(60, 175, 0, 90).At(120, 175, 0, 90).Texts);
    }

    [Fact]
    public void A_teleport_needs_a_second_fix_near_it()
    {
        var once = new Walk(Walk.Shop(""","confirmFixes":1""")).At(0, 0).At(10, 50_000).At(20, 3).At(30, 2);
        Assert.Equal(["Enter shop@0"], once.Texts);
        var twice = new Walk(Walk.Shop(""","confirmFixes":1""")).At(0, 0).At(10, 50_000);
        Assert.Equal(FixOutcome.Implausible, twice.Outcome);
        Assert.Equal(["Enter shop@0", "Exit shop@20"], twice.At(20, 50_010).Texts);
        Assert.Equal(Walk.Start + 20_000, twice.State.LastOf("phone")!.Value.AtMs);
    }

    [Fact]
    public void A_faster_fence_takes_what_a_slower_one_doubts()
    {
        var fast = new Walk(Walk.Shop(""","maxSpeedMps":300""")).At(0, 3_000).At(15, 0);
        Assert.Equal(["Enter shop@15"], fast.Texts);
        Assert.Equal([], new Walk(Walk.Shop()).At(0, 3_000).At(15, 0).Texts);
    }

    [Fact]
    public void A_tunnel_is_a_gap_and_not_a_crossing()
    {
        const string Cross = ""","events":["enter","exit","cross"]""";
        Assert.Equal(["Cross shop@60"], new Walk(Walk.Shop(Cross)).At(0, -600).At(60, 600).Texts);
        Assert.Equal([], new Walk(Walk.Shop(Cross)).At(0, -600).At(301, 600).Texts);
        Assert.Equal([], new Walk(Walk.Shop(Cross)).At(0, -600, 300).At(60, 600, 300).Texts);
        Assert.Equal([], new Walk(Walk.Shop()).At(0, -600).At(60, 600).Texts);
        Assert.Equal(["Enter shop@60"], new Walk(Walk.Shop(Cross)).At(0, -600).At(60, 0).Texts);
        Assert.Equal(["Enter shop@0", "Exit shop@60"], new Walk(Walk.Shop(Cross + ""","confirmFixes":1""")).At(0, 0).At(60, 600).Texts);
    }

    [Fact]
    public void Late_and_equal_times_trigger_nothing()
    {
        var walk = new Walk(Walk.Shop()).At(100, 500).At(100, 0);
        Assert.Equal(FixOutcome.Stale, walk.Outcome);
        var before = walk.State;
        walk.At(99, 0);
        Assert.Equal(FixOutcome.Stale, walk.Outcome);
        Assert.Same(before, walk.State);
        Assert.Empty(walk.Told);
    }

    [Fact]
    public void A_batch_is_taken_in_the_order_of_its_times()
    {
        Fix[] fixes = [Walk.Fix(240, 300), Walk.Fix(0, 500), Walk.Fix(180, 250), Walk.Fix(60, 20), Walk.Fix(120, 10), Walk.Fix(60, 900)];
        var (state, steps) = FenceTracker.StepAll(TrackState.Empty, fixes, new Walk(Walk.Shop()).Index, PositionOptions.Default);
        Assert.Equal([FenceEvents.Enter, FenceEvents.Exit], steps.SelectMany(s => s.Step.Transitions).Select(t => t.Kind));
        Assert.Equal([FixOutcome.Accepted, FixOutcome.Accepted, FixOutcome.Stale, FixOutcome.Accepted, FixOutcome.Accepted, FixOutcome.Accepted], steps.Select(s => s.Step.Outcome));
        Assert.Equal(Walk.Start + 240_000, state.LastOf("phone")!.Value.AtMs);
    }

    [Fact]
    public void A_replay_has_the_same_ids_and_another_device_has_others()
    {
        var (a, b, c) = (new Walk(Walk.Shop()), new Walk(Walk.Shop()), new Walk(Walk.Shop()));
        a.At(0, 500).At(60, 0);
        b.At(0, 500).At(30, 400).At(60, 20);
        c.At(0, 500, 0, 5, "watch").At(60, 0, 0, 5, "watch");
        Assert.Equal(a.Told[0].Id, b.Told[0].Id);
        Assert.NotEqual(a.Told[0].Id, c.Told[0].Id);

        // Receivers have seen these ids: they stay as they are.
        Assert.Equal("42489d9dfde5c71357bf673925289990", a.Told[0].Id);
    }

    [Fact]
    public void Entering_can_need_several_fixes_over_some_time()
    {
        const string Confirm = ""","confirmFixes":{"enter":3},"confirmSeconds":60""";
        Assert.Equal(["Enter shop@100"], new Walk(Walk.Shop(Confirm)).At(0, 500).At(30, 0).At(40, 0).At(50, 0).At(100, 0).Texts);
        Assert.Equal([], new Walk(Walk.Shop(Confirm)).At(0, 500).At(30, 0).At(60, 101).At(70, 0).At(95, 0).Texts);
    }

    [Fact]
    public void The_first_sight_inside_is_an_initial_enter_or_none()
    {
        Assert.True(Assert.Single(new Walk(Walk.Shop()).At(0, 0).Told).Initial);
        var silent = new Walk(Walk.Shop(""","emitInitial":false""")).At(0, 0).At(60, 400).At(120, 400);
        Assert.Equal(["Exit shop@120"], silent.Texts);
        Assert.Equal(Suppression.Initial, Assert.Single(silent.Suppressed).Reason);
    }

    [Fact]
    public void A_cooldown_makes_the_whole_next_visit_quiet_on_any_device()
    {
        var walk = new Walk(Walk.Shop(""","confirmFixes":1,"cooldownSeconds":600""")).At(0, 0).At(60, 400).At(300, 0).At(360, 400);
        Assert.Equal(["Enter shop@0", "Exit shop@60"], walk.Texts);
        Assert.Equal([Suppression.Cooldown, Suppression.Cooldown], walk.Suppressed.Select(s => s.Reason));
        walk.At(400, 0, 0, 5, "watch").At(600, 0);
        Assert.Equal(["Enter shop@0", "Exit shop@60", "Enter shop@600"], walk.Texts);
    }

    [Fact]
    public void A_fence_of_single_use_tells_one_visit()
    {
        var walk = new Walk(Walk.Shop(""","confirmFixes":1,"singleUse":true""")).At(0, 0).At(60, 400).At(90_000, 0).At(90_060, 400);
        Assert.Equal(["Enter shop@0", "Exit shop@60"], walk.Texts);
        Assert.Equal([Suppression.SingleUse, Suppression.SingleUse], walk.Suppressed.Select(s => s.Reason));
    }

    [Fact]
    public void A_device_in_more_fences_than_are_kept_is_told_of_the_first_by_id()
    {
        var fences = Enumerable.Range(0, TrackLimits.MaxFencesPerDevice + 2).Select(i => Fences.Circle($"f{i:000}", Walk.Lat, Walk.Lon, 100)).ToArray();
        var walk = new Walk(fences).At(0, 0).At(10, 1);
        Assert.Equal(TrackLimits.MaxFencesPerDevice, walk.Told.Count);
        Assert.Equal(["f256", "f257"], walk.Suppressed.Where(s => s.Reason == Suppression.TooManyFences).Select(s => s.Transition.FenceId).Distinct().Order());
        Assert.DoesNotContain("f256", walk.State.FencesOf("phone"));
    }
}
