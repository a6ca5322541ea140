using System.Text;
using System.Text.Json;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Core.Tests.Geofences;

public sealed class TrackStateTests
{
    // What stands in snapshots: a change of it needs a new version of the format.
    private const string Golden =
        """[1,["phone",[59.9139,10.7522,1774252920000,5],[60.36267,10.7522,1774252925000,5],[[59.9139,10.75309,1774252860000,5]],[["far","""
        + """1,0,0,0,0,1774252860000,1774252799000,0,0],["shop",1,2,0,1774252860000,1774252860000,1774252920000,1774252860000,0,0]]],"""
        + """["watch",[59.9139,10.7522,1774252800000,0],0,[],[["shop",1,2,0,1774252800000,1774252800000,1774252800000,1774252800000,0,2]]]]""";

    [Fact]
    public void A_state_is_written_as_ever_and_read_as_it_was()
    {
        var walk = new Walk(Walk.Shop(), Fences.Circle("far", Walk.Lat + 0.01, Walk.Lon, 100, ""","confirmFixes":1,"singleUse":true"""))
        {
            Options = new PositionOptions { KeptFixes = 2 },
        };
        walk.At(-1, 0, 1_114).At(60, 50).At(120, 0).At(125, 0, 50_000).At(0, 0, 0, null, "watch");
        Assert.Equal(Golden, Write(walk.State));
        Assert.Equal(Golden, Write(Read(Golden)));
    }

    [Fact]
    public void A_format_of_the_future_is_refused() => Assert.Throws<FormatException>(() => Read("[2]"));

    [Fact]
    public void A_merge_has_the_devices_of_both_and_what_either_was_told()
    {
        const string Once = ""","confirmFixes":1,"singleUse":true""";
        var (a, b) = (new Walk(Walk.Shop(Once)), new Walk(Walk.Shop(Once)));
        a.At(0, 500).At(60, 0).At(120, 400);
        b.At(200, 500, 0, 5, "watch").At(300, 500);
        a.State = a.State.Merge(b.State);
        Assert.Equal(["phone", "watch"], a.State.DeviceIds);
        Assert.Equal(Walk.Start + 300_000, a.State.LastOf("phone")!.Value.AtMs);
        a.At(400, 0).At(400, 0, 0, 5, "watch");
        Assert.Equal(["Enter shop@60", "Exit shop@120"], a.Texts);
        Assert.Equal(2, a.Suppressed.Count);
        Assert.Equal(Write(a.State), Write(a.State.Merge(TrackState.Empty)));
        Assert.Equal(Write(a.State), Write(TrackState.Empty.Merge(a.State)));
    }

    [Fact]
    public void A_visit_goes_on_after_a_merge_and_a_split()
    {
        var (a, b) = (new Walk(Walk.Shop()), new Walk(Walk.Shop()));
        a.At(60, 0);
        b.At(70, 0, 0, 5, "watch");
        var merged = a.State.Merge(b.State);
        var (stays, goes) = merged.Split(device => device == "watch");
        Assert.Equal(Write(a.State), Write(stays));
        Assert.Equal(Write(b.State), Write(goes));
        a.State = merged;
        a.At(120, 400).At(180, 400);
        Assert.Equal(["Enter shop@60", "Exit shop@180"], a.Texts);
        Assert.Equal(["shop"], a.State.FencesOf("watch"));
    }

    [Fact]
    public void Of_too_many_devices_the_one_heard_of_the_longest_ago_is_forgotten()
    {
        var walk = new Walk();
        for (var i = 0; i <= TrackLimits.MaxDevices; i++) walk.At(100 - i, 0, 0, 5, $"d{i:00}");
        Assert.Equal(TrackLimits.MaxDevices, walk.State.DeviceIds.Count());
        Assert.DoesNotContain($"d{TrackLimits.MaxDevices:00}", walk.State.DeviceIds);
    }

    public static string Write(TrackState state)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) TrackCodec.Write(json, state);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static TrackState Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return TrackCodec.Read(document.RootElement);
    }
}
