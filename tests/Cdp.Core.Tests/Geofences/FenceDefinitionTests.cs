using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Definitions;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Tests.Geofences;

public sealed class FenceDefinitionTests
{
    private const string Square = "[[[10,59],[11,59],[11,60],[10,60],[10,59]]]";

    [Theory]
    [InlineData("""[[[10,59],[11,59],[11,60],[10,60]]]""", "$.geometry.coordinates[0]", FenceProblemCodes.RingNotClosed)]
    [InlineData("""[[[10,59],[11,59],[10,59]]]""", "$.geometry.coordinates[0]", FenceProblemCodes.TooFewPoints)]
    [InlineData("""[[[10,59],[10,59],[11,59],[10,59]]]""", "$.geometry.coordinates[0]", FenceProblemCodes.TooFewPoints)]
    [InlineData("""[[[10,59],[11,60],[11,59],[10,60],[10,59]]]""", "$.geometry.coordinates[0]", FenceProblemCodes.SelfIntersection)]
    [InlineData("""[[[10,59],[11,59],[12,59],[10,59]]]""", "$.geometry.coordinates[0]", FenceProblemCodes.SelfIntersection)]
    [InlineData("""[[[10,59],[11,59],[11,60],[10.5,60],[10.5,60.5],[10.5,60],[10,60],[10,59]]]""", "$.geometry.coordinates[0]", FenceProblemCodes.SelfIntersection)]
    [InlineData("""[[[10,59],[11,59],[11,60],[10,60],[10,59]],[[12,59.2],[12.5,59.2],[12.5,59.5],[12,59.2]]]""", "$.geometry.coordinates[1]", FenceProblemCodes.HoleOutside)]
    [InlineData("""[[[10,59],[11,59],[11,60],[10,60],[10,59]],[[10.5,59.2],[11.5,59.2],[11.5,59.5],[10.5,59.2]]]""", "$.geometry.coordinates[1]", FenceProblemCodes.RingsIntersect)]
    [InlineData("""[[[59,100],[59,110],[60,110],[59,100]]]""", "$.geometry.coordinates[0][0]", FenceProblemCodes.CoordinateOrder)]
    [InlineData("""[[[10,59],[190,59],[11,60],[10,59]]]""", "$.geometry.coordinates[0][1][0]", ProblemCodes.OutOfRange)]
    [InlineData("""[[[10,59],[11,91],[11,60],[10,59]]]""", "$.geometry.coordinates[0][1]", FenceProblemCodes.CoordinateOrder)]
    [InlineData("""[[[10,59],[110,91],[11,60],[10,59]]]""", "$.geometry.coordinates[0][1][1]", ProblemCodes.OutOfRange)]
    [InlineData("""[[[10,59],["11",59],[11,60],[10,59]]]""", "$.geometry.coordinates[0][1]", ProblemCodes.WrongType)]
    [InlineData("""[]""", "$.geometry.coordinates", ProblemCodes.WrongType)]
    public void A_polygon_that_is_none_is_refused_with_what_and_where(string coordinates, string path, string code)
    {
        var reading = Fences.Read($$"""{"id":"f","geometry":{"type":"Polygon","coordinates":{{coordinates}} } }""");
        Assert.Null(reading.Fence);
        Assert.Equal((path, code), reading.Problems.Select(p => (p.Path, p.Code)).First());
    }

    [Fact]
    public void A_self_intersection_says_which_edges_and_where()
    {
        var reading = Fences.Read("""{"id":"f","geometry":{"type":"Polygon","coordinates":[[[10,59],[11,60],[11,59],[10,60],[10,59]]]}}""");
        Assert.Equal("edges that do not meet; 0 and 2 do near [10.5, 59.5]", Assert.Single(reading.Problems).Expected);
    }

    [Theory]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":9.9}}""", "$.geometry.radiusMeters", ProblemCodes.OutOfRange)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":100001}}""", "$.geometry.radiusMeters", ProblemCodes.OutOfRange)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59]}}""", "$.geometry.radiusMeters", ProblemCodes.Missing)]
    [InlineData("""{"id":"f","geometry":{"type":"Point","coordinates":[59,100]},"radiusMeters":50}""", "$.geometry.coordinates", FenceProblemCodes.CoordinateOrder)]
    [InlineData("""{"id":"f","geometry":{"type":"LineString","coordinates":[]}}""", "$.geometry.type", ProblemCodes.UnknownValue)]
    [InlineData("""{"id":"F","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50}}""", "$.id", ProblemCodes.UnknownValue)]
    [InlineData("""{"geometry":{"type":"Circle","center":[10,59],"radiusMeters":50}}""", "$.id", ProblemCodes.Missing)]
    [InlineData("""{"id":"f"}""", "$.geometry", ProblemCodes.Missing)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"exitBuffer":5}""", "$.exitBuffer", ProblemCodes.UnknownMember)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"events":["enter","dwell"]}""", "$.dwellSeconds", ProblemCodes.Missing)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"events":["leave"]}""", "$.events[0]", ProblemCodes.UnknownValue)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"confirmFixes":{"exit":0}}""", "$.confirmFixes.exit", ProblemCodes.OutOfRange)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"activeHours":{"zone":"Mars/Base","hours":[{"from":"08:00","to":"09:00"}]}}""", "$.activeHours.zone", ProblemCodes.UnknownValue)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"activeHours":{"zone":"Europe/Oslo","hours":[{"from":"24:00","to":"09:00"}]}}""", "$.activeHours.hours[0].from", ProblemCodes.UnknownValue)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"expiresAt":"soon"}""", "$.expiresAt", ProblemCodes.UnknownValue)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"metadata":{"a":{}}}""", "$.metadata.a", ProblemCodes.WrongType)]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"singleUse":1}""", "$.singleUse", ProblemCodes.WrongType)]
    [InlineData("""[]""", "$", ProblemCodes.WrongType)]
    [InlineData("""{""", "$", ProblemCodes.InvalidJson)]
    public void What_is_wrong_is_said_with_its_path_and_code(string json, string path, string code)
    {
        var reading = Fences.Read(json);
        Assert.Null(reading.Fence);
        Assert.Contains((path, code), reading.Problems.Select(p => (p.Path, p.Code)));
    }

    [Fact]
    public void All_problems_are_said_at_once()
    {
        var reading = Fences.Read("""{"id":"?","geometry":{"type":"Polygon","coordinates":[[[200,1],[1,2],[3],[200,1]]]},"dwellSeconds":0,"tags":[1]}""");
        Assert.Equal(
            ["$.id", "$.geometry.coordinates[0][0][0]", "$.geometry.coordinates[0][2]", "$.geometry.coordinates[0][3][0]", "$.tags[0]", "$.dwellSeconds"],
            reading.Problems.Select(p => p.Path));
    }

    [Fact]
    public void More_points_than_the_limit_are_refused()
    {
        var points = string.Join(',', Enumerable.Range(0, FenceLimits.MaxPoints + 1).Select(i => $"[{i % 100},{i % 80}]"));
        var reading = Fences.Read($$"""{"id":"f","geometry":{"type":"Polygon","coordinates":[[{{points}}]] } }""");
        Assert.Equal(FenceProblemCodes.TooManyPoints, Assert.Single(reading.Problems).Code);
    }

    [Fact]
    public void Defaults_are_those_of_the_documentation()
    {
        var circle = Fences.Circle("c", 59, 10, 5_000);
        Assert.Same(FenceOptions.Default, circle.Options);
        Assert.Equal((FenceEvents.Enter | FenceEvents.Exit, 1, 2, 0, 50, 100), (
            circle.Options.Events, circle.Options.EnterFixes, circle.Options.ExitFixes, circle.Options.ConfirmSeconds, circle.Options.AccuracyCapMeters, circle.Options.MaxSpeedMps));
        Assert.Equal((500, 5_000), (circle.ExitBufferMeters, circle.MaxAccuracyMeters));
        Assert.Equal(20, Fences.Circle("c", 59, 10, 50).ExitBufferMeters);
        var polygon = Fences.Polygon("p", Square);
        Assert.Equal((20, 200), (polygon.ExitBufferMeters, polygon.MaxAccuracyMeters));
    }

    [Theory]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10.5,59.25],"radiusMeters":50.5},"name":"Shop","tags":["a","b"],"metadata":{"n":1,"s":"x","b":true}}""")]
    [InlineData("""{"id":"f","geometry":{"type":"Polygon","coordinates":[[[10,59],[11,59],[11,60],[10,60],[10,59]],[[10.2,59.2],[10.4,59.2],[10.4,59.4],[10.2,59.2]]]}}""")]
    [InlineData("""{"id":"f","geometry":{"type":"MultiPolygon","coordinates":[[[[10,59],[11,59],[11,60],[10,59]]],[[[20,59],[21,59],[21,60],[20,59]]]]}}""")]
    [InlineData("""{"id":"f","geometry":{"type":"Polygon","coordinates":[[[179,-1],[-179,-1],[-179,1],[179,1],[179,-1]]]}}""")]
    [InlineData("""{"id":"f","geometry":{"type":"Polygon","coordinates":[[[0,80],[120,80],[-120,80],[0,80]]]}}""")]
    [InlineData("""{"id":"f","geometry":{"type":"Polygon","coordinates":[[[-180,-90],[180,-90],[180,-60],[-180,-60],[-180,-90]]]}}""")]
    [InlineData("""{"id":"f","geometry":{"type":"Circle","center":[10,59],"radiusMeters":50},"events":["dwell","cross"],"dwellSeconds":60,"confirmFixes":{"enter":2,"exit":3},"confirmSeconds":5,"exitBufferMeters":7,"maxAccuracyMeters":8,"accuracyCapMeters":9,"maxSpeedMps":10,"crossGapSeconds":11,"cooldownSeconds":12,"singleUse":true,"emitInitial":false,"silenceSeconds":61,"exitOnSilence":true,"expiresAt":"2030-01-01T00:00:00.000Z","activeHours":{"zone":"Europe/Oslo","hours":[{"days":["mon","sat"],"from":"22:00","to":"06:00"}]}}""")]
    public void What_is_written_reads_as_the_same_fence(string json)
    {
        var fence = Fences.Of(json);
        var written = Fences.Write(fence);
        var again = Fences.Of(written);
        Assert.Equal(written, Fences.Write(again));
        Assert.Equal(fence.Options, again.Options);
        Assert.Equal(fence.Shape.Bounds, again.Shape.Bounds);
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var p = new Position((random.NextDouble() * 180) - 90, (random.NextDouble() * 360) - 180);
            Assert.Equal(fence.Contains(p), again.Contains(p));
        }
    }

    [Fact]
    public void Unknown_properties_of_a_feature_become_metadata()
    {
        var fence = Fences.Of("""{"type":"Feature","id":"f","geometry":{"type":"Point","coordinates":[10,59]},"properties":{"radiusMeters":100,"opened":1999,"metadata":{"a":"b"}}}""");
        Assert.Equal("""{"a":"b","opened":1999}""", fence.MetadataJson);
    }
}
