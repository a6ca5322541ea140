using System.Text.Json;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Journal.Memory;
using Cdp.Testing.Journal;
using static Cdp.Testing.Audiences.TestDefinitions;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>The index, the feed, the sweep and the fill over real actors.</summary>
public sealed class UpkeepTests
{
    private const string Busy = """{"id":"busy","rule":{"event":"Viewed","atLeast":2,"within":"1m"}}""";
    private const string Ever = """{"id":"ever","rule":{"event":"Viewed"}}""";
    private const string Quiet = """{"id":"quiet","rule":{"all":[{"event":"Viewed"},{"event":"Viewed","atMost":0,"within":"1m"}]}}""";

    private readonly InMemoryJournal _journal = new();
    private readonly EngineKit _kit;

    public UpkeepTests() => _kit = new(InForce(1, Busy), _journal);

    [Fact]
    public async Task Who_ages_out_leaves_the_index_and_the_feed_without_traffic_at_the_due_time()
    {
        await ViewAsync("u", 0);
        await ViewAsync("u", 10);
        Assert.Equal([("busy", 1)], await SizesAsync());
        _kit.Clock.Advance(TimeSpan.FromSeconds(50) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await SweepAsync());
        _kit.Clock.Advance(TimeSpan.FromSeconds(30));
        _kit.Restart();
        Assert.Equal(1, await SweepAsync());
        Assert.Empty(await SizesAsync());
        Assert.Equal(["u enter 10 event", "u exit 60 time"], await FeedAsync("busy"));
        Assert.Equal(0, await SweepAsync());
    }

    [Fact]
    public async Task Who_will_enter_by_time_alone_is_woken_for_it()
    {
        _kit.Audiences = InForce(1, Quiet);
        await ViewAsync("u", 0);
        Assert.Empty(await SizesAsync());
        await ViewAsync("u", 30);
        // It was due after the first one's minute; then it is the second one's.
        _kit.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await SweepAsync());
        Assert.Empty(await SizesAsync());
        _kit.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(1, await SweepAsync());
        Assert.Equal([("quiet", 1)], await SizesAsync());
        Assert.Equal(["u enter 90 time"], await FeedAsync("quiet"));
    }

    [Fact]
    public async Task Who_left_memory_while_it_was_awaited_enters_at_its_own_time_and_that_is_news()
    {
        _kit.Audiences = InForce(1, Quiet);
        await ViewAsync("u", 0);
        _kit.Restart();
        _kit.Clock.Advance(TimeSpan.FromSeconds(75));
        Assert.Equal(1, await SweepAsync());
        Assert.Equal(["u enter 60 time"], await FeedAsync("quiet"));
        Assert.False((await RowsAsync("quiet"))[^1].GetProperty("historical").GetBoolean());
    }

    [Fact]
    public async Task A_merge_takes_the_absorbed_out_and_a_split_and_an_erasure_are_told()
    {
        _kit.Audiences = InForce(1, Ever);
        var (one, other) = (await ViewAsync("u", 1), await ViewAsync("v", 2));
        Assert.Equal([("ever", 2)], await SizesAsync());
        var merge = await _kit.Grid.MergeAsync(EngineKit.Workspace, Ref("u"), Ref("v"), new("test", null));
        Assert.Equal([("ever", 1)], await SizesAsync());
        await _kit.Grid.SplitAsync(EngineKit.Workspace, Ref("u"), new(merge.Id, [], NeverMerge: false, new("test", null)));
        Assert.Equal([("ever", 1)], await SizesAsync());
        Assert.Equal(2, await SweepAsync());
        Assert.Equal([("ever", 2)], await SizesAsync());
        await _kit.Grid.EraseAsync(EngineKit.Workspace, Ref("v"), dryRun: false, suppress: false);
        Assert.Equal([("ever", 1)], await SizesAsync());
        // What was said of somebody who is erased is gone, but for the last word.
        Assert.Equal(["u enter 1 event", "v exit 2 erase"], await FeedAsync("ever", one, other));
    }

    [Fact]
    public async Task A_new_audience_comes_to_those_whom_nobody_touches_and_one_that_is_gone_leaves_them()
    {
        for (var i = 0; i < 1_200; i++) await ViewAsync($"u{i}", i / 100.0);
        for (var i = 0; i < 20; i++) await _kit.SendAsync($$"""{"type":"track","event":"Other","userId":"x{{i}}"}""", 20);
        _kit.Restart();
        _kit.Audiences = InForce(2, Busy, Ever);
        Assert.True(await Fill().StepAsync(EngineKit.Workspace, _kit.Audiences));
        Assert.Equal([("ever", 1_200)], await SizesAsync());
        Assert.All(await RowsAsync("ever"), r => Assert.True(r.GetProperty("historical").GetBoolean()));
        // Those whom it does not concern were not woken.
        Assert.Equal(1_200, _kit.Actors.ActiveCustomers);
        var progress = FillProgress.Read((await _journal.ReadProgressAsync(EngineKit.Workspace, FillProgress.Work))!.Body);
        Assert.Equal((1_220, 1_220, true), (progress.Done, progress.Total, progress.FinishedAtMs is not null));

        _kit.Audiences = InForce(2, Busy);
        _kit.Restart();
        Assert.True(await Fill().StepAsync(EngineKit.Workspace, _kit.Audiences));
        Assert.Empty(await SizesAsync());
        Assert.Equal(1_200, (await RowsAsync("ever")).Count(r => r.GetProperty("kind").GetString() == "exit"));
    }

    [Fact]
    public async Task A_fill_that_was_cut_off_goes_on_where_it_was()
    {
        var store = new ReadFaults(_journal);
        for (var i = 0; i < 1_500; i++) await ViewAsync($"u{i}", i / 100.0);
        _kit.Restart();
        _kit.Audiences = InForce(2, Busy, Ever);
        var fill = new AudienceFill(store, _journal, _kit.Actors, _kit.Clock);
        store.Left = 700;
        await Assert.ThrowsAsync<JournalUnavailableException>(() => fill.StepAsync(EngineKit.Workspace, _kit.Audiences));
        store.Left = int.MaxValue;
        // Nobody else works on it before its lease is over.
        Assert.False(await Fill().StepAsync(EngineKit.Workspace, _kit.Audiences));
        _kit.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await Fill().StepAsync(EngineKit.Workspace, _kit.Audiences));
        Assert.Equal([("ever", 1_500)], await SizesAsync());
        Assert.Equal(1_500, (await RowsAsync("ever")).Length);
    }

    [Fact]
    public async Task A_paused_audience_stands_still_and_goes_on_silently()
    {
        await ViewAsync("u", 0);
        await ViewAsync("u", 10);
        _kit.Audiences = InForce(2, Busy.Replace("\"id\":\"busy\"", "\"id\":\"busy\",\"paused\":true", StringComparison.Ordinal));
        await ViewAsync("v", 20);
        await ViewAsync("v", 21);
        _kit.Clock.Advance(TimeSpan.FromMinutes(10));
        await SweepAsync();
        Assert.Equal([("busy", 1)], await SizesAsync());
        Assert.Equal("busy", (await _kit.ProfileAsync("user_id", "u"))!.Value.GetProperty("audiences")[0].GetString());
        Assert.Empty((await _kit.ProfileAsync("user_id", "v"))!.Value.GetProperty("audiences").EnumerateArray());
        _kit.Audiences = InForce(3, Busy);
        Assert.True(await Fill().StepAsync(EngineKit.Workspace, _kit.Audiences));
        Assert.Empty(await SizesAsync());
        Assert.True((await RowsAsync("busy"))[^1].GetProperty("historical").GetBoolean());
    }

    [Fact]
    public async Task An_estimate_of_few_is_exact_and_names_members()
    {
        for (var i = 0; i < 300; i++) await ViewAsync($"u{i}", i / 100.0);
        for (var i = 0; i < 100; i++) await _kit.SendAsync($$"""{"type":"track","event":"Other","userId":"x{{i}}"}""", 20);
        var plan = InForce(1, Ever).Plan;
        var preview = await AudiencePreview.RunAsync(_journal, _journal, EngineKit.Workspace, plan, 0, PreviewLimits.Default, _kit.Clock, 0);
        Assert.Equal((400, 400, 300), (preview.Estimate.Customers, preview.Estimate.Sampled, preview.Estimate.Matched));
        Assert.Equal((300, (300, 300)), (preview.Estimate.Size, preview.Estimate.Bounds));
        Assert.Equal(10, preview.Examples.Count);
        var sampled = await AudiencePreview.RunAsync(_journal, _journal, EngineKit.Workspace, plan, 0, new(100, TimeSpan.FromDays(1), 3), _kit.Clock, SampleKeys.Of(preview.Examples[0]));
        Assert.Equal((400, 100, 3), (sampled.Estimate.Customers, sampled.Estimate.Sampled, sampled.Examples.Count));
        Assert.InRange(300, sampled.Estimate.Bounds.Low, sampled.Estimate.Bounds.High);
    }

    private AudienceFill Fill() => new(_journal, _journal, _kit.Actors, _kit.Clock);

    private Task<int> SweepAsync() => new DueSweep(_journal, _kit.Actors, _kit.Clock).RunAsync();

    private async Task<CustomerId> ViewAsync(string user, double at) =>
        (await _kit.SendAsync($$"""{"type":"track","event":"Viewed","userId":"{{user}}"}""", at)).Profile!.Value;

    private static ProfileRef Ref(string user) => new(null, new Identifier("user_id", user));

    private async Task<(string, long)[]> SizesAsync() => [.. (await _journal.SizesAsync(EngineKit.Workspace)).Select(s => (s.Audience, s.Members))];

    private async Task<JsonElement[]> RowsAsync(string audience) =>
        [.. (await _journal.ReadFeedAsync(EngineKit.Workspace, MembershipFeed.Topic(audience), FeedPlace.Start, 10_000)).Select(r => JsonDocument.Parse(r.Body).RootElement)];

    private async Task<string[]> FeedAsync(string audience, CustomerId? u = null, CustomerId? v = null)
    {
        var names = new Dictionary<string, string>();
        if (u is { } one) names[one.ToString()] = "u";
        if (v is { } other) names[other.ToString()] = "v";
        return [.. (await RowsAsync(audience)).Select(r => string.Join(
            ' ',
            names.GetValueOrDefault(r.GetProperty("profileId").GetString()!, "u"),
            r.GetProperty("kind").GetString(),
            (r.GetProperty("at").GetDateTimeOffset() - EngineKit.Start).TotalSeconds,
            r.GetProperty("cause").GetString()))];
    }

    /// <summary>A store that fails after so many loads.</summary>
    private sealed class ReadFaults(IJournal inner) : DelegatingJournal(inner)
    {
        private int _left = int.MaxValue;

        public int Left
        {
            set => _left = value;
        }

        public override ValueTask<StreamLoad?> LoadAsync(string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default) =>
            Interlocked.Decrement(ref _left) < 0 ? throw new JournalUnavailableException("cut off") : base.LoadAsync(workspace, stream, upToVersion, cancellationToken);
    }
}
