using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Core.Tests.Geofences;

/// <summary>What happens because time passes, because clocks change and because fences do.</summary>
public sealed class TrackerTimeTests
{
    private const string Dwell = ""","events":["enter","exit","dwell"],"dwellSeconds":300""";

    [Fact]
    public void A_dwell_is_due_at_its_moment_without_a_fix_and_comes_once()
    {
        var walk = new Walk(Walk.Shop(Dwell)).At(0, 500).At(60, 0);
        Assert.Equal(360, walk.NextDueSeconds);
        walk.Due(359.999);
        Assert.Equal(["Enter shop@60"], walk.Texts);
        walk.Due(400).Due(500).At(600, 0);
        Assert.Equal(["Enter shop@60", "Dwell shop@360"], walk.Texts);
        Assert.Equal(300, walk.Told[1].DwellSeconds);
    }

    [Fact]
    public void A_dwell_that_no_timer_told_comes_with_the_next_fix_and_under_the_same_id()
    {
        var timer = new Walk(Walk.Shop(Dwell)).At(60, 0).Due(361);
        var fix = new Walk(Walk.Shop(Dwell)).At(60, 0).At(5_000, 400).At(5_060, 400);
        Assert.Equal(["Enter shop@60", "Dwell shop@360", "Exit shop@5060"], fix.Texts);
        Assert.Equal(timer.Told[1].Id, fix.Told[1].Id);
    }

    [Fact]
    public void Who_seems_to_leave_dwells_only_when_they_turn_out_to_have_stayed()
    {
        var stayed = new Walk(Walk.Shop(Dwell)).At(60, 0).At(300, 300).Due(400).At(420, 0);
        Assert.Equal(["Enter shop@60", "Dwell shop@420"], stayed.Texts);
        var left = new Walk(Walk.Shop(Dwell)).At(60, 0).At(300, 300).Due(400).At(420, 300);
        Assert.Equal(["Enter shop@60", "Exit shop@420"], left.Texts);
    }

    [Fact]
    public void A_day_of_silence_ends_the_visit_and_the_next_sight_is_initial()
    {
        var walk = new Walk(Walk.Shop()).At(0, 500).At(60, 0);
        Assert.Equal(86_460, walk.NextDueSeconds);
        walk.Due(86_460);
        Assert.Empty(walk.State.FencesOf("phone"));
        walk.At(90_000, 0);
        Assert.Equal(["Enter shop@60", "Enter shop@90000"], walk.Texts);
        Assert.Equal([false, true], walk.Told.Select(t => t.Initial));
    }

    [Fact]
    public void Silence_can_end_a_visit_with_an_exit_that_says_that_nobody_saw_it()
    {
        var walk = new Walk(Walk.Shop(""","exitOnSilence":true,"silenceSeconds":600""")).At(0, 0).At(100, 0).At(5_000, 400);
        Assert.Equal(["Enter shop@0", "Exit shop@700"], walk.Texts);
        Assert.True(walk.Told[1].Synthetic);
        Assert.Equal(100, walk.Told[1].DwellSeconds);
        Assert.Null(walk.Told[1].DistanceMeters);
    }

    [Fact]
    public void A_fence_that_is_deleted_or_expires_takes_its_visit_along()
    {
        var deleted = new Walk(Walk.Shop(Dwell)).At(0, 0);
        deleted.Index = deleted.Index.Without("shop");
        deleted.Due(1_000).At(1_001, 900).At(1_002, 901);
        Assert.Equal(["Enter shop@0"], deleted.Texts);
        Assert.Empty(deleted.State.FencesOf("phone"));
        var expired = new Walk(Walk.Shop(Dwell + ""","expiresAt":"2026-03-23T08:04:00Z" """)).At(0, 0).Due(1_000).At(1_010, 900).At(1_020, 900);
        Assert.Equal(["Enter shop@0"], expired.Texts);
    }

    [Fact]
    public void A_fence_that_is_changed_judges_the_visit_by_its_new_shape()
    {
        var walk = new Walk(Walk.Shop()).At(0, 500).At(60, 50);
        walk.Index = walk.Index.With(Fences.Circle("shop", Walk.Lat, Walk.Lon, 10, version: 2));
        walk.At(120, 50).At(180, 50);
        Assert.Equal(["Enter shop@60", "Exit shop@180"], walk.Texts);
        Assert.Equal([1, 2], walk.Told.Select(t => t.FenceVersion));
        Assert.Equal(120, walk.Told[1].DwellSeconds);
    }

    [Fact]
    public void A_fence_that_is_drawn_around_a_device_is_entered_initially()
    {
        var walk = new Walk().At(0, 0);
        walk.Index = walk.Index.With(Fences.Of(
            $$"""{"id":"new","geometry":{"type":"Circle","center":[{{Walk.Lon}},{{Walk.Lat}}],"radiusMeters":100} }""", changedAtMs: Walk.Start + 10_000));
        Assert.True(Assert.Single(walk.At(20, 0).Told).Initial);
    }

    // Oslo's clocks go from 02:00 to 03:00 on 2026-03-29 at 01:00 UTC, and back from 03:00 to 02:00 on 2026-10-25 at 01:00 UTC.
    [Theory]
    [InlineData("2026-03-28T07:30:00Z", true)]
    [InlineData("2026-03-28T06:59:59Z", false)]
    [InlineData("2026-03-29T06:00:00Z", true)]
    [InlineData("2026-03-29T05:59:59Z", false)]
    [InlineData("2026-10-25T06:59:59Z", false)]
    [InlineData("2026-10-25T07:00:00Z", true)]
    public void Active_hours_go_by_the_clock_on_the_wall(string at, bool active)
    {
        var fence = Walk.Shop(""","activeHours":{"zone":"Europe/Oslo","hours":[{"from":"08:00","to":"20:00"}]}""");
        Assert.Equal(active, fence.IsActive(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()));
    }

    [Theory]
    [InlineData("2026-03-28T22:30:00Z", true)]
    [InlineData("2026-03-29T00:59:59Z", true)]
    [InlineData("2026-03-29T01:00:00Z", false)]
    [InlineData("2026-03-29T21:30:00Z", false)]
    [InlineData("2026-10-25T00:30:00Z", true)]
    [InlineData("2026-10-25T01:29:00Z", true)]
    [InlineData("2026-10-25T02:00:00Z", false)]
    public void Hours_over_midnight_belong_to_the_day_that_they_begin_on_and_know_short_and_long_nights(string at, bool active)
    {
        var fence = Walk.Shop(""","activeHours":{"zone":"Europe/Oslo","hours":[{"days":["sat"],"from":"23:00","to":"03:00"}]}""");
        Assert.Equal(active, fence.IsActive(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void Nothing_begins_outside_of_the_hours_and_what_began_ends()
    {
        // 09:00 to 09:10 in Oslo is the first ten minutes of a walk.
        const string Hours = ""","activeHours":{"zone":"Europe/Oslo","hours":[{"from":"09:00","to":"09:10"}]}""";
        var walk = new Walk(Walk.Shop(Hours + Dwell.Replace("300", "900", StringComparison.Ordinal))).At(0, 500).At(60, 0).Due(1_000).At(1_200, 400).At(1_260, 400).At(1_300, 0);
        Assert.Equal(["Enter shop@60", "Exit shop@1260"], walk.Texts);
        Assert.Equal((FenceEvents.Dwell, Suppression.Hours), (walk.Suppressed[0].Transition.Kind, walk.Suppressed[0].Reason));
        Assert.Single(walk.Suppressed);
    }

    [Fact]
    public void What_is_kept_is_rounded_bounded_and_forgotten_in_time()
    {
        var options = new PositionOptions { DecimalPlaces = 2, KeptFixes = 3, Retention = TimeSpan.FromHours(1) };
        var walk = new Walk(Walk.Shop()) { Options = options };
        for (var i = 0; i < 6; i++) walk.At(i * 60, 500 + i);
        Assert.Equal((59.91, 10.76), (walk.State.LastOf("phone")!.Value.Position.Latitude, walk.State.LastOf("phone")!.Value.Position.Longitude));
        Assert.Equal([240, 180], walk.State.Devices["phone"].Trail.Select(f => (f.AtMs - Walk.Start) / 1_000));
        Assert.Equal(300 + 3_600, walk.NextDueSeconds);
        walk.Due(3_900);
        Assert.Empty(walk.State.DeviceIds);
        Assert.Null(walk.NextDueSeconds);
    }
}
