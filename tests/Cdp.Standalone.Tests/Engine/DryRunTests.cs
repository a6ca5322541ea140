using System.Globalization;
using System.Text;
using Cdp.Core.Activation;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Geofences.Definitions;
using Cdp.Core.Geofences.Index;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Simulation;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>A dry run of triggers that stood from the beginning says what they did.</summary>
public sealed class DryRunTests
{
    private const string Quiet = """{"id":"quiet","rule":{"all":[{"event":"Viewed"},{"event":"Viewed","atMost":0,"within":"1m"}]}}""";
    private const string Shop = """{"id":"shop","geometry":{"type":"Circle","center":[10.75,59.91],"radiusMeters":100},"events":["enter","exit","dwell"],"dwellSeconds":60,"confirmFixes":1}""";

    private static readonly string[] s_triggers =
    [
        """{"id":"back","when":{"audience":"quiet","on":["enter","exit"]},"if":{"caps":[{"max":3,"within":"1h"}]},"then":[{"webhook":"push"}]}""",
        """{"id":"hello","when":{"event":"Viewed"},"if":{"rule":{"trait":"vip","op":"eq","value":true},"cooldown":"30s"},"then":[{"webhook":"push"}]}""",
        """{"id":"stay","when":{"fence":["shop"],"on":["enter","dwell"]},"then":[{"webhook":"push"}]}""",
    ];

    private readonly InMemoryJournal _journal = new();
    private readonly EngineKit _kit;

    public DryRunTests()
    {
        var audiences = Testing.Audiences.TestDefinitions.InForce(1, Quiet).Definitions;
        var triggers = TriggerPlan.Compile(audiences, [.. s_triggers.Select(t => new DefinitionSource(Encoding.UTF8.GetBytes(t), 1))], null).Plan!;
        _kit = new(AudiencesInForce.Of(audiences, triggers), _journal)
        {
            Fences = new(FenceIndex.Empty.With(FenceReader.Read(new(Encoding.UTF8.GetBytes(Shop), 1), 0).Fence!), PositionOptions.Default),
        };
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_dry_run_decides_what_was_decided(int seed)
    {
        var random = new Random(seed);
        for (double at = 0; at < 900; at += random.Next(1, 40))
        {
            await PassAsync(at);
            var user = $"u{random.Next(3)}";
            var place = random.Next(2) == 0 ? "59.91" : "59.95";
            await _kit.SendAsync(
                random.Next(6) switch
                {
                    0 => $$$"""{"type":"identify","userId":"{{{user}}}","traits":{"vip":{{{(random.Next(2) == 0 ? "true" : "false")}}} }}""",
                    1 => $$$"""{"type":"track","event":"Walked","userId":"{{{user}}}","context":{"device":{"id":"phone"},"location":{"latitude":{{{place}}},"longitude":10.75} }}""",
                    _ => $$"""{"type":"track","event":"Viewed","userId":"{{user}}"}""",
                },
                at);
        }

        await PassAsync(1_500);
        var codes = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            var profile = new ProfileRef(null, new Identifier("user_id", $"u{i}"));
            var decided = (await _kit.Grid.TriggerDecisionsAsync(EngineKit.Workspace, profile, 10_000))!;
            var played = await Run().RunAsync((await _kit.Grid.GetAsync(EngineKit.Workspace, profile))!.Id, _kit.Clock.NowMs);
            Assert.Equal(decided.Select(Text).Order(StringComparer.Ordinal), played!.Select(Text).Order(StringComparer.Ordinal));
            codes.UnionWith(decided.Select(d => $"{d.Trigger} {d.Code}"));
        }

        Assert.Superset(new HashSet<string> { "hello acted", "hello condition_false", "back acted", "stay acted" }, codes);
    }

    [Fact]
    public async Task A_sample_adds_up_and_shows_the_newest()
    {
        for (var i = 0; i < 20; i++) await _kit.SendAsync($$"""{"type":"track","event":"Viewed","userId":"u{{i}}"}""", i);
        await PassAsync(120);
        var sample = await DryRunSample.RunAsync(Run(), _journal, EngineKit.Workspace, new(100, TimeSpan.FromDays(1), 5), _kit.Clock, 0);
        Assert.Equal((20, 20, 0, true), (sample.Customers, sample.Played, sample.Skipped, sample.IsExact));
        Assert.Equal([("acted", 20), ("condition_false", 20)], sample.Codes.Select(c => (c.Key, c.Value)));
        Assert.Equal([79, 78, 77, 76, 75], sample.Decisions.Select(d => (d.Decision.OccasionAtMs - EngineKit.Start.ToUnixTimeMilliseconds()) / 1_000));
        Assert.Null(await Run().RunAsync(new CustomerId(Guid.NewGuid()), _kit.Clock.NowMs));
    }

    private TriggerDryRun Run() => new(_journal, EngineKit.Workspace, _kit.Rules, _kit.Audiences, _kit.Fences);

    // The real sweep looks four times a second; what it finds happened at its own moment.
    private async Task PassAsync(double untilSeconds)
    {
        var sweep = new DueSweep(_journal, _kit.Actors, _kit.Clock);
        for (var until = EngineKit.Start.AddSeconds(untilSeconds); _kit.Clock.GetUtcNow() < until; _kit.Clock.Advance(TimeSpan.FromMilliseconds(250)))
            await sweep.RunAsync();
    }

    private static string Text(TriggerDecision d) => string.Create(CultureInfo.InvariantCulture, $"{d.OccasionAtMs} {d.Trigger} {d.Kind} {d.Subject} {d.Code}");
}
