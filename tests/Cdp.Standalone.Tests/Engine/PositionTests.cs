using System.Text;
using System.Text.Json;
using Cdp.Core.Activation;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Geofences.Definitions;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Index;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Journal.Memory;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>Positions of devices: what is durable of them, what is kept, and what triggers make of them.</summary>
public sealed class PositionTests
{
    private const string Shop = """{"id":"shop","geometry":{"type":"Circle","center":[10.75,59.91],"radiusMeters":100},"events":["enter","exit","dwell"],"dwellSeconds":300,"confirmFixes":1}""";
    private const string OnDwell = """{"id":"stay","when":{"fence":["shop"],"on":["dwell"]},"then":[{"webhook":"push"}]}""";
    private static readonly Position In = new(59.91, 10.75), Out = new(59.95, 10.75);

    private readonly InMemoryJournal _journal = new();
    private readonly EngineKit _kit;

    public PositionTests()
    {
        var triggers = TriggerPlan.Compile(DefinitionSet.Empty, [new(Encoding.UTF8.GetBytes(OnDwell), 1)], null).Plan!;
        _kit = new(AudiencesInForce.Of(DefinitionSet.Empty, triggers), _journal)
        {
            Fences = new(FenceIndex.Empty.With(FenceReader.Read(new(Encoding.UTF8.GetBytes(Shop), 1), 0).Fence!), PositionOptions.Default),
        };
    }

    [Fact]
    public async Task A_visit_survives_restarts_and_only_the_last_position_is_kept()
    {
        var jo = await IdentifyAsync("jo");
        Assert.Equal("", await MoveAsync("jo", 0, Out));
        _kit.Restart();
        Assert.Equal("enter", await MoveAsync("jo", 60, In));
        for (var i = 0; i < 5; i++)
        {
            await _kit.SendAsync("""{"type":"track","event":"Viewed","userId":"jo"}""", 70 + i);
            Assert.Equal("", await MoveAsync("jo", 70.5 + i, In));
        }

        _kit.Restart();
        Assert.Equal("exit", await MoveAsync("jo", 200, Out));
        var rows = await _journal.ReadStreamAsync(EngineKit.Workspace, jo, 0, 1_000);
        Assert.Single(rows, r => r.Kind == RecordKind.Positioned);
        Assert.Equal(6, (await _kit.ProfileAsync("user_id", "jo")).EventCount());
    }

    [Fact]
    public async Task A_dwell_is_told_at_its_time_without_another_position_and_sends_once()
    {
        await IdentifyAsync("jo");
        await MoveAsync("jo", 0, In);
        _kit.Restart();
        _kit.Clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(0, await SweepAsync());
        _kit.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(1, await SweepAsync());
        var told = await FenceAsync();
        Assert.Equal(["enter 0", "dwell 300"], told);
        var message = Assert.Single(await _journal.ClaimAsync(EngineKit.Workspace, "webhook:push", long.MaxValue / 2, 0, 10));
        Assert.Equal(message.Message.Id, Assert.Single((await _kit.Grid.TriggerDecisionsAsync(EngineKit.Workspace, Ref("jo"), 10))!).Id);
        await MoveAsync("jo", 400, In);
        Assert.Equal(told, await FenceAsync());
    }

    [Theory]
    [InlineData(FixReader.UnnamedDevice)]
    [InlineData("mobile")]
    public async Task Customers_whose_devices_are_called_alike_and_come_in_at_one_moment_are_each_told_of(string device)
    {
        foreach (var name in (string[])["jo", "sam"])
        {
            await IdentifyAsync(name);
            await _kit.Grid.MoveAsync(EngineKit.Workspace, Ref(name), [new(device, In, EngineKit.Start.ToUnixTimeMilliseconds())]);
        }

        _kit.Clock.Advance(TimeSpan.FromSeconds(301));
        Assert.Equal(2, await SweepAsync());
        Assert.Equal(["enter 0", "enter 0", "dwell 300", "dwell 300"], await FenceAsync());
        var sent = await _journal.ClaimAsync(EngineKit.Workspace, "webhook:push", long.MaxValue / 2, 0, 10);
        Assert.Equal(2, sent.Select(m => m.Message.Stream).Distinct().Count());
    }

    [Fact]
    public async Task A_merge_brings_the_visit_along_and_an_erasure_takes_everything()
    {
        await IdentifyAsync("jo");
        await IdentifyAsync("cookie");
        await MoveAsync("cookie", 0, In);
        await _kit.Grid.MergeAsync(EngineKit.Workspace, Ref("jo"), Ref("cookie"), new("test", null));
        _kit.Restart();
        Assert.Equal("", await MoveAsync("jo", 60, In));
        Assert.Equal("exit", await MoveAsync("cookie", 120, Out));
        await _kit.Grid.EraseAsync(EngineKit.Workspace, Ref("jo"), dryRun: false, suppress: false);
        Assert.Empty(await FenceAsync());
        Assert.Null(await _kit.Grid.MoveAsync(EngineKit.Workspace, Ref("jo"), [new("phone", In, _kit.Clock.NowMs)]));
    }

    [Fact]
    public async Task A_late_position_tells_nothing_and_a_batch_is_taken_in_order_of_time()
    {
        await IdentifyAsync("jo");
        Fix At(double seconds, Position position) => new("phone", position, EngineKit.Start.AddSeconds(seconds).ToUnixTimeMilliseconds());
        _kit.Clock.Advance(TimeSpan.FromSeconds(200));
        var moved = (await _kit.Grid.MoveAsync(EngineKit.Workspace, Ref("jo"), [At(120, Out), At(0, Out), At(60, In)]))!;
        Assert.Equal(["exit", "", "enter"], moved.Fixes.Select(f => string.Join(' ', f.Transitions.Select(t => FenceFeed.NameOf(t.Kind)))));
        moved = (await _kit.Grid.MoveAsync(EngineKit.Workspace, Ref("jo"), [At(90, In)]))!;
        Assert.Equal(FixOutcome.Stale, Assert.Single(moved.Fixes).Outcome);
    }

    private static ProfileRef Ref(string user) => new(null, new Identifier("user_id", user));

    private async Task<CustomerId> IdentifyAsync(string user) => (await _kit.SendAsync($$"""{"type":"identify","userId":"{{user}}"}""", 0)).Profile!.Value;

    private async Task<string> MoveAsync(string user, double seconds, Position position)
    {
        var at = EngineKit.Start.AddSeconds(seconds);
        if (at > _kit.Clock.GetUtcNow()) _kit.Clock.Advance(at - _kit.Clock.GetUtcNow());
        var moved = await _kit.Grid.MoveAsync(EngineKit.Workspace, Ref(user), [new("phone", position, at.ToUnixTimeMilliseconds())]);
        return string.Join(' ', moved!.Fixes.SelectMany(f => f.Transitions).Select(t => FenceFeed.NameOf(t.Kind)));
    }

    private Task<int> SweepAsync() => new DueSweep(_journal, _kit.Actors, _kit.Clock).RunAsync();

    private async Task<string[]> FenceAsync() =>
        [.. (await _journal.ReadFeedAsync(EngineKit.Workspace, FenceFeed.Topic("shop"), FeedPlace.Start, 100)).Select(r => JsonDocument.Parse(r.Body).RootElement)
            .Select(r => $"{r.GetProperty("kind").GetString()} {(r.GetProperty("at").GetDateTimeOffset() - EngineKit.Start).TotalSeconds}")];
}
