using System.Text.Json;
using Cdp.Standalone.Tests.Sdk.Support;
using Cdp.Testing;

namespace Cdp.Standalone.Tests.Sdk;

/// <summary>Requests captured from real SDKs, sent again as they were: URL, headers and body.</summary>
[Collection(SdkCollection.Name)]
public sealed class ReplayTests(ReplayServer replays) : IClassFixture<ReplayServer>
{
    private const string Wire = "wire";
    private const string User = "user_id:u1";
    private const string Email = "email:a@example.com";

    public static TheoryData<string> Files =>
    [
        "rudderstack-analytics-js.json",
        "rudderstack-analytics-js-beacon.json",
        "rudderstack-node.json",
        "segment-analytics-next-batching.json",
        "segment-analytics-next-npm.json",
        "segment-analytics-node-legacy.json",
        "segment-analytics-node.json",
        "segment-snippet.json",
    ];

    [SharedDataTheory(Wire), MemberData(nameof(Files))]
    public void The_bytes_sent_again_are_as_many_as_on_the_captured_wire(string file)
    {
        Assert.All(Capture.Read(file).Requests.Where(r => !r.IsGzip), r => Assert.Equal(r.BytesOnWire, r.Body().Length));
    }

    [SharedDataTheory(Wire), MemberData(nameof(Files))]
    public async Task Every_event_is_taken(string file)
    {
        var (answers, workspace) = await replays.ReplayAsync(file);
        var posts = answers.Where(a => a.Request.Method == "POST").ToList();
        Assert.NotEmpty(posts);
        Assert.All(posts, a =>
        {
            Assert.Equal(200, a.Status);
            Assert.Equal("""{"success":true}""", a.Body);
        });
        Assert.Empty(await workspace.RejectsAsync());
    }

    [SharedDataTheory(Wire), MemberData(nameof(Files))]
    public async Task What_a_browser_fetches_first_is_there(string file)
    {
        var (answers, _) = await replays.ReplayAsync(file);
        Assert.All(answers.Where(a => a.Request.Method == "GET"), a => Assert.Equal(200, a.Status));
    }

    [SharedDataTheory(Wire), MemberData(nameof(Files))]
    public async Task Every_preflight_is_answered_with_what_it_asks_for(string file)
    {
        var (answers, _) = await replays.ReplayAsync(file);
        Assert.All(answers.Where(a => a.Request.Method == "OPTIONS"), a =>
        {
            Assert.Equal(204, a.Status);
            Assert.Equal(["*"], a.Headers.GetValues("Access-Control-Allow-Origin"));
            Assert.Subset(Allowed(a, "Access-Control-Allow-Headers"), a.Request.Headers["access-control-request-headers"].Split(',').ToHashSet());
            Assert.Contains(a.Request.Headers["access-control-request-method"], Allowed(a, "Access-Control-Allow-Methods"));
        });
    }

    [SharedDataTheory(Wire)]
    [InlineData("rudderstack-analytics-js.json", 4)]
    [InlineData("rudderstack-analytics-js-beacon.json", 4)]
    [InlineData("rudderstack-node.json", 7)]
    [InlineData("segment-analytics-next-batching.json", 6)]
    [InlineData("segment-analytics-next-npm.json", 6)]
    [InlineData("segment-analytics-node-legacy.json", 4)]
    [InlineData("segment-analytics-node.json", 7)]
    [InlineData("segment-snippet.json", 3)]
    public async Task Retries_in_the_capture_count_once(string file, int events)
    {
        var (_, workspace) = await replays.ReplayAsync(file);
        Assert.Equal(events, (await workspace.TimelineAsync(User)).Count);
        Assert.Equal(events, (await workspace.ProfileAsync(User)).GetProperty("computed").GetProperty("eventCount").GetInt32());
    }

    [SharedDataTheory(Wire), MemberData(nameof(Files))]
    public async Task The_customer_is_found_by_mail_address_and_has_the_trait(string file)
    {
        var (_, workspace) = await replays.ReplayAsync(file);
        var profile = await workspace.ProfileAsync(Email);
        Assert.Contains(User, Journey.Identifiers(profile));
        Assert.Equal("a@example.com", profile.GetProperty("traits").GetProperty("email").GetString());
    }

    [SharedDataTheory(Wire)]
    [InlineData("rudderstack-analytics-js.json")]
    [InlineData("rudderstack-analytics-js-beacon.json")]
    [InlineData("rudderstack-node.json")]
    [InlineData("segment-analytics-next-batching.json")]
    [InlineData("segment-analytics-next-npm.json")]
    [InlineData("segment-analytics-node.json")]
    public async Task The_plan_is_the_persons_and_the_groups_name_is_not(string file)
    {
        var (_, workspace) = await replays.ReplayAsync(file);
        var traits = (await workspace.ProfileAsync(User)).GetProperty("traits");
        Assert.Equal("pro", traits.GetProperty("plan").GetString());
        Assert.False(traits.TryGetProperty("name", out _));
    }

    [SharedDataTheory(Wire)]
    [InlineData("rudderstack-node.json")]
    [InlineData("segment-analytics-node-legacy.json")]
    [InlineData("segment-analytics-node.json")]
    public async Task An_alias_joins_the_anonymous_id_and_its_history(string file)
    {
        var (_, workspace) = await replays.ReplayAsync(file);
        Assert.Contains("anonymous_id:anon-1", Journey.Identifiers(await workspace.ProfileAsync(User)));
        Assert.Contains(await workspace.TimelineAsync(User), e => e.GetProperty("name").GetString() == "Order Completed");
    }

    [SharedDataTheory(Wire)]
    [InlineData("segment-analytics-next-batching.json")]
    [InlineData("segment-analytics-next-npm.json")]
    public async Task An_alias_to_oneself_changes_nothing(string file)
    {
        var (_, workspace) = await replays.ReplayAsync(file);
        var profile = await workspace.ProfileAsync(User);
        Assert.Equal(["user_id", "email", "anonymous_id"], profile.GetProperty("identifiers").EnumerateArray().Select(i => i.GetProperty("type").GetString()));
        Assert.Empty(profile.GetProperty("mergedIds").EnumerateArray());
        Assert.Null(await workspace.FindProfileAsync("user_id:u2"));
    }

    [SharedDataTheory(Wire)]
    [InlineData("rudderstack-analytics-js.json")]
    [InlineData("rudderstack-analytics-js-beacon.json")]
    public async Task An_alias_between_two_known_users_does_not_weld_them(string file)
    {
        var (_, workspace) = await replays.ReplayAsync(file);
        var first = await workspace.ProfileAsync(User);
        var second = await workspace.ProfileAsync("user_id:u2");
        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.Contains(Email, Journey.Identifiers(first));
        Assert.DoesNotContain(Email, Journey.Identifiers(second));
    }

    [SharedDataTheory(Wire)]
    [InlineData("rudderstack-analytics-js.json")]
    [InlineData("rudderstack-analytics-js-beacon.json")]
    [InlineData("segment-analytics-next-batching.json")]
    [InlineData("segment-analytics-next-npm.json")]
    [InlineData("segment-snippet.json")]
    public async Task The_campaign_and_the_page_of_a_browser_are_kept(string file)
    {
        var (_, workspace) = await replays.ReplayAsync(file);
        var computed = (await workspace.ProfileAsync(User)).GetProperty("computed");
        Assert.Equal("news", computed.GetProperty("firstTouch").GetProperty("source").GetString());
        Assert.Equal("spring", computed.GetProperty("firstTouch").GetProperty("campaign").GetString());
        Assert.EndsWith("/shop?utm_source=news&utm_campaign=spring", computed.GetProperty("lastPage").GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    [SharedDataFact(Wire)]
    public async Task A_nested_trait_comes_through()
    {
        var (_, workspace) = await replays.ReplayAsync("segment-analytics-node.json");
        var address = (await workspace.ProfileAsync(User)).GetProperty("traits").GetProperty("address");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""{"city":"Oslo"}"""), address), address.GetRawText());
    }

    [SharedDataFact(Wire)]
    public async Task An_event_stays_as_long_before_its_arrival_as_its_sender_had_it_before_the_sending()
    {
        var (answers, workspace) = await replays.ReplayAsync("segment-analytics-node.json");
        var sent = JsonElement.Parse(answers[0].Request.Json);
        var sentEvent = sent.GetProperty("batch").EnumerateArray().Single(e => e.GetProperty("type").GetString() == "track");
        var age = sent.GetProperty("sentAt").GetDateTimeOffset() - sentEvent.GetProperty("timestamp").GetDateTimeOffset();
        var kept = Assert.Single(await workspace.TimelineAsync(User), e => e.GetProperty("name").GetString() == "Order Completed");
        Assert.Equal(age, kept.GetProperty("receivedAt").GetDateTimeOffset() - kept.GetProperty("timestamp").GetDateTimeOffset());
    }

    private static HashSet<string> Allowed(ReplayedAnswer answer, string header) =>
        [.. string.Join(',', answer.Headers.GetValues(header)).Split(',', StringSplitOptions.TrimEntries)];
}
