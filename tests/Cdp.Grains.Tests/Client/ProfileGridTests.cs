using System.Text;
using Cdp.Client;
using Cdp.Core.Events;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Definitions;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Index;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Journal.Memory;
using Cdp.Grains.Tests.Support;
using Cdp.Testing.Journal;

namespace Cdp.Grains.Tests.Client;

/// <summary>One contract, kept by the client outside and by code in the silo alike.</summary>
public sealed class ProfileGridTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly EventSource s_till = new("till", 3, Trusted: true);

    private static readonly FencesInForce s_fences = new(
        FenceIndex.Empty.With(FenceReader.Read(new(Raw("""{"id":"shop","tags":["shops"],"geometry":{"type":"Circle","center":[10.75,59.91],"radiusMeters":100},"confirmFixes":1}"""), 7), 0).Fence!), PositionOptions.Default);

    private static readonly Position s_in = new(59.91, 10.75), s_out = new(59.95, 10.75);

    private readonly GatedJournal _journal = new();
    private TestSilo _first = null!;
    private TestSilo _second = null!;
    private OutsideClient _client = null!;

    public static TheoryData<bool> Sides => [true, false];

    public async Task InitializeAsync()
    {
        var options = new CdpGrainsOptions { HasWorkspace = name => name == "shop" };
        _first = await TestSilo.StartAsync(_journal, options: options, gateway: true, fences: s_fences);
        _second = await TestSilo.StartAsync(_journal, _first, options, gateway: true, fences: s_fences);
        _client = await OutsideClient.ConnectAsync(null, _first, _second);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _second.DisposeAsync();
        await _first.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Events_go_in_and_profiles_come_out(bool outside)
    {
        var grid = Side(outside);
        var outcomes = await grid.IngestAsync("shop", [Raw("""{"type":"identify","userId":"u1","messageId":"first","traits":{"email":"Jo@Example.com"}}"""), Raw("nonsense"), Raw("""{"type":"nothing"}""")], s_till);

        Assert.Equal([EventStatus.Applied, EventStatus.Rejected, EventStatus.Rejected], outcomes.Select(o => o.Status));
        Assert.Equal(["invalid_json", "unknown_type"], outcomes.Skip(1).Select(o => o.Reasons[0].Code));

        var profile = (await grid.GetAsync("shop", "email:JO@example.com"))!;
        Assert.Equal(outcomes[0].Profile, profile.Id);
        Assert.Equal((await _first.Grid.ReadAsync("user_id", "u1"))!.Json, profile.Json.ToArray());
        Assert.Contains("\"source\":\"till\"", Encoding.UTF8.GetString(profile.Json.Span), StringComparison.Ordinal);
        Assert.Equal(profile.ETag, (await grid.GetAsync("shop", profile.Id.ToString()))!.ETag);
        Assert.Null(await grid.GetAsync("shop", "user_id:nobody"));
        Assert.Equal(EventStatus.Duplicate, (await grid.IngestAsync("shop", [Raw("""{"type":"identify","userId":"u1","messageId":"first"}""")], s_till))[0].Status);
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task A_lookup_answers_in_the_order_asked_for(bool outside)
    {
        for (var i = 0; i < 200; i++) await _first.Grid.CreateAsync($$"""{"type":"track","event":"x","userId":"u{{i}}"}""");
        string[] refs = [.. Enumerable.Range(0, 200).Reverse().Select(i => i % 10 == 0 ? $"user_id:nobody{i}" : $"user_id:u{i}")];

        var profiles = await Side(outside).LookupAsync("shop", refs);

        Assert.Equal(200, profiles.Count);
        for (var i = 0; i < 200; i++)
        {
            if (refs[i].Contains("nobody", StringComparison.Ordinal)) Assert.Null(profiles[i]);
            else Assert.Contains($"\"value\":\"{refs[i][8..]}\"", Encoding.UTF8.GetString(profiles[i]!.Json.Span), StringComparison.Ordinal);
        }

        Assert.Empty(await Side(outside).LookupAsync("shop", []));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Side(outside).LookupAsync("shop", [.. Enumerable.Repeat("user_id:u1", 1_001)]));
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Positions_go_in_and_what_is_around_comes_out(bool outside)
    {
        var grid = Side(outside);
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var jo = (await grid.IngestAsync("shop", [Raw("""{"type":"identify","userId":"jo"}""")], s_till))[0].Profile!.Value;

        var moved = (await grid.MoveAsync("shop", "user_id:jo", [new("phone", s_in, nowMs - 1_000, 5), new("phone", s_out, nowMs - 60_000)]))!;

        Assert.Equal(jo, moved.Customer);
        Assert.Equal([FixOutcome.Accepted, FixOutcome.Accepted], moved.Fixes.Select(f => f.Outcome));
        Assert.Empty(moved.Fixes[1].Transitions);
        var enter = Assert.Single(moved.Fixes[0].Transitions);
        Assert.Equal((FenceEvents.Enter, "shop", 7, "phone"), (enter.Kind, enter.FenceId, enter.FenceVersion, enter.DeviceId));
        Assert.Null(await grid.MoveAsync("shop", "user_id:nobody", [new("phone", s_in, nowMs)]));

        var around = (await grid.DecideAsync("shop", "user_id:jo", s_in))!;
        Assert.Equal(jo, around.Profile.Id);
        Assert.Equal(("shop", 7, "shops"), (Assert.Single(around.Fences).Id, around.Fences[0].Version, Assert.Single(around.Fences[0].Tags)));
        Assert.Empty((await grid.DecideAsync("shop", "user_id:jo", s_out))!.Fences);
        Assert.Empty((await grid.DecideAsync("shop", "user_id:jo", null))!.Fences);
        Assert.Null(await grid.DecideAsync("shop", "user_id:nobody", s_in));
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task A_position_that_is_none_is_refused_by_its_reason(bool outside)
    {
        var grid = Side(outside);
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var good = new Fix("phone", s_in, nowMs);
        (Fix Fix, string Code)[] bad =
        [
            (good with { DeviceId = "" }, "invalid_device_id"),
            (good with { Position = new(90.1, 0) }, "invalid_latitude"),
            (good with { Position = new(0, double.NaN) }, "invalid_longitude"),
            (good with { AccuracyMeters = -1 }, "invalid_accuracy"),
            (good with { SpeedMps = double.PositiveInfinity }, "invalid_speed"),
            (good with { HeadingDegrees = 361 }, "invalid_heading"),
            (good with { AtMs = -1 }, "timestamp_too_old"),
            (good with { AtMs = nowMs + 90_000_000_000 }, "timestamp_in_future"),
        ];
        foreach (var (fix, code) in bad)
            Assert.Equal(code, (await Assert.ThrowsAsync<InvalidPositionException>(() => grid.MoveAsync("shop", "user_id:jo", [good, fix]))).Code);
        Assert.Equal("invalid_latitude", (await Assert.ThrowsAsync<InvalidPositionException>(async () => await grid.DecideAsync("shop", "user_id:jo", new(-91, 0)))).Code);
        await Assert.ThrowsAsync<InvalidProfileRefException>(() => grid.MoveAsync("shop", "nothing", [good]));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grid.MoveAsync("shop", "user_id:jo", [.. Enumerable.Repeat(good, 1_001)]));
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task What_is_asked_for_wrongly_is_told_by_type_and_without_repeating_it(bool outside)
    {
        var grid = Side(outside);
        foreach (var wrong in (string[])["secret", "", "email:", ":secret", "user_id: "])
        {
            var invalid = await Assert.ThrowsAsync<InvalidProfileRefException>(async () => await grid.GetAsync("shop", wrong));
            Assert.DoesNotContain("secret", invalid.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<InvalidProfileRefException>(() => grid.LookupAsync("shop", ["user_id:u1", "secret"]));
        await Assert.ThrowsAsync<UnknownWorkspaceException>(async () => await grid.GetAsync("other", "user_id:u1"));
        await Assert.ThrowsAsync<UnknownWorkspaceException>(() => grid.IngestAsync("other", [Raw("{}")], s_till));
        await Assert.ThrowsAsync<InvalidProfileRefException>(async () => await grid.WatchAsync("shop", "secret").GetAsyncEnumerator().MoveNextAsync());
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task A_watch_shows_changes_follows_a_merge_and_ends_with_its_token(bool outside)
    {
        var older = await _first.Grid.CreateAsync("""{"type":"page","anonymousId":"old","context":{"device":{"id":"o"}}}""", 1);
        await _second.Grid.CreateAsync("""{"type":"page","anonymousId":"new","context":{"device":{"id":"d"}}}""", 2);
        using var stop = new CancellationTokenSource(s_patience);
        await using var profiles = Side(outside).WatchAsync("shop", "anonymous_id:new", stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await profiles.MoveNextAsync());
        var first = profiles.Current;

        await _second.Grid.SendAsync("""{"type":"page","anonymousId":"new"}""", 3);
        Assert.True(await profiles.MoveNextAsync());
        Assert.Equal(first.Version + 1, profiles.Current.Version);

        await _first.Grid.SendAsync("""{"type":"track","event":"x","anonymousId":"old","context":{"device":{"id":"d"}}}""", 4);
        Assert.True(await profiles.MoveNextAsync());
        Assert.Equal(older, profiles.Current.Id);

        var next = profiles.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task A_watch_of_nobody_is_empty()
    {
        foreach (var outside in (bool[])[true, false])
            Assert.False(await Side(outside).WatchAsync("shop", "user_id:nobody").GetAsyncEnumerator().MoveNextAsync());
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_let_go_and_what_it_sent_is_applied()
    {
        await _first.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""");
        using var stop = new CancellationTokenSource();
        _journal.Close();
        var sending = _client.Grid.IngestAsync("shop", [Raw("""{"type":"track","event":"x","userId":"u1","messageId":"given-up"}""")], s_till, stop.Token);
        Assert.NotSame(sending, await Task.WhenAny(sending, _journal.Waiting));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        _journal.Open();

        Assert.Equal(EventStatus.Duplicate, (await _client.Grid.IngestAsync("shop", [Raw("""{"type":"track","event":"x","userId":"u1","messageId":"given-up"}""")], s_till))[0].Status);
    }

    [Fact]
    public async Task A_client_without_a_silo_is_told_that_the_grid_is_unavailable()
    {
        var alone = await TestSilo.StartAsync(new InMemoryJournal(), gateway: true);
        await using var client = await OutsideClient.ConnectAsync(TimeSpan.FromSeconds(2), alone);
        Assert.Null(await client.Grid.GetAsync("shop", "user_id:u1"));

        await alone.DisposeAsync();

        await Assert.ThrowsAsync<GridUnavailableException>(async () => await client.Grid.GetAsync("shop", "user_id:u1"));
    }

    [Fact]
    public async Task A_client_goes_on_with_the_silos_that_are_left()
    {
        await _first.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""");
        Assert.NotNull(await _client.Grid.GetAsync("shop", "user_id:u1"));

        await _second.StopAsync();

        await Testing.Waiting.Eventually.TrueAsync("the other silo answers", s_patience, async () =>
        {
            try
            {
                return await _client.Grid.GetAsync("shop", "user_id:u1") is not null;
            }
            catch (GridUnavailableException)
            {
                return false;
            }
        });
    }

    private static ReadOnlyMemory<byte> Raw(string json) => Encoding.UTF8.GetBytes(json);

    private IProfileGrid Side(bool outside) => outside ? _client.Grid : _second.Profiles;
}
