using System.Text;
using System.Text.Json;
using Cdp.Core.Activation;
using Cdp.Core.Audiences;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Definitions;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Index;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Simulation.Plans;

/// <summary>The audiences, triggers and fences of simulated worlds.</summary>
internal static class Defined
{
    // By counts, by time, by traits and by identifiers; one within the other.
    private static readonly Lazy<AudiencesInForce> s_audiences = new(() =>
    {
        var set = new DefinitionSet(
            Sources("""{"id":"seen","type":"count","event":"*"}"""),
            Sources(
                """{"id":"busy","rule":{"event":"*","atLeast":2,"within":"1m"}}""",
                """{"id":"known","rule":{"all":[{"identifier":"user_id"},{"not":{"audience":"busy"}}]}}""",
                """{"id":"low","rule":{"any":[{"trait":"plan","op":"lt","value":50},{"computed":"seen","op":"gte","value":4}]}}"""));
        DefinitionSource[] triggers =
        [
            Source("""{"id":"on-event","message":"m","when":{"event":"*"},"if":{"cooldown":"5s"},"then":[{"webhook":"w"}]}"""),
            Source("""{"id":"on-busy","when":{"audience":"busy","on":["enter","exit"]},"then":[{"webhook":"w"},{"sse":true}]}"""),
            Source("""{"id":"on-seen","when":{"computed":"seen","above":2},"then":[{"webhook":"w"}]}"""),
            Source("""{"id":"on-fence","when":{"fence":["shop","mall","gate"],"on":["enter","exit","dwell","cross"]},"then":[{"webhook":"w"}]}"""),
        ];
        return AudiencesInForce.Of(set, TriggerPlan.Compile(set, triggers, null).Plan!);
    });

    // One within the other, so that a step can enter or leave both; one that takes two fixes, one that tells who passes. Everybody who falls silent is out in the end.
    private static readonly Lazy<FencesInForce> s_fences = new(() =>
    {
        string[] fences =
        [
            Circle("shop", 0, 100, """["enter","exit","dwell"],"dwellSeconds":3,"confirmFixes":1"""),
            Circle("mall", 0, 300, """["enter","exit"],"confirmFixes":2,"cooldownSeconds":2"""),
            Circle("gate", 600, 50, """["enter","exit","cross"],"confirmFixes":1"""),
        ];
        var index = fences.Aggregate(FenceIndex.Empty, (i, f) => i.With(FenceReader.Read(Source(f), 0).Fence!));
        return new(index, PositionOptions.Default);
    });

    /// <summary>Metres along a line from the middle of the shop: within everything, at edges, within nothing, on the other side of the gate.</summary>
    public static IReadOnlyList<int> Places { get; } = [0, 90, 200, 400, 600, 800];

    public static AudiencesInForce Audiences => s_audiences.Value;

    public static FencesInForce Fences => s_fences.Value;

    /// <summary>Where a place is.</summary>
    public static Position At(int place) => new(51.5, Longitude(Places[place]));

    private static string Circle(string id, int at, int radius, string events) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $$$"""{"id":"{{{id}}}","geometry":{"type":"Circle","center":[{{{Longitude(at)}}},51.5],"radiusMeters":{{{radius}}}},"events":{{{events}}},"maxSpeedMps":10000,"silenceSeconds":60,"exitOnSilence":true}""");

    private static double Longitude(int metres) => Math.Round(metres / 69_450.0, 6);

    private static DefinitionSource Source(string definition) => new(Encoding.UTF8.GetBytes(definition), 1);

    private static SortedDictionary<string, DefinitionSource> Sources(params string[] definitions) =>
        new(definitions.ToDictionary(d => JsonDocument.Parse(d).RootElement.GetProperty("id").GetString()!, Source), StringComparer.Ordinal);
}
