using System.Text.Json;
using Cdp.Api.Tests.Support;
using Cdp.Testing.Waiting;

namespace Cdp.Api.Tests.Audiences;

/// <summary>Previews, counts, members, overlaps, the stream and campaign totals over HTTP, with the real engine and its upkeep behind.</summary>
public sealed class BuildingTests : IAsyncLifetime
{
    private const string Viewers = """{"id":"viewers","rule":{"event":"Product Viewed"}}""";
    private const string Buyers = """{"id":"buyers","rule":{"event":"Order Completed"}}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartRealAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_preview_counts_and_shows_members_and_stores_nothing()
    {
        for (var i = 0; i < 30; i++) await ViewAsync($"u{i}");
        for (var i = 0; i < 12; i++) await OrderAsync($"u{i}");
        var preview = (await _server.PostAsync("/v1/audiences:preview", """{"rule":{"all":[{"event":"Product Viewed"},{"event":"Order Completed"}]}}""", "all")).Json;
        Assert.Equal((12, 12, 12, true), (Number(preview, "size"), Number(preview, "low"), Number(preview, "high"), preview.GetProperty("exact").GetBoolean()));
        Assert.Equal((30, 30), (Number(preview, "customers"), Number(preview, "sampled")));
        Assert.Equal(10, preview.GetProperty("profiles").GetArrayLength());
        Assert.All(preview.GetProperty("profiles").EnumerateArray(), p => Assert.Equal("shop", p.GetProperty("workspace").GetString()));
        Assert.Empty((await _server.GetAsync("/v1/audiences")).Json.GetProperty("audiences").EnumerateArray());
    }

    [Theory]
    [InlineData("{", 400, "invalid_json")]
    [InlineData("[]", 400, "invalid_body")]
    [InlineData("""{"rule":{"event":7}}""", 400, "invalid_definition")]
    [InlineData("""{"rule":{"audience":"nobody"}}""", 400, "invalid_definition")]
    public async Task A_preview_of_a_wrong_rule_says_what_is_wrong(string body, int status, string code)
    {
        var answer = await _server.PostAsync("/v1/audiences:preview", body, "all");
        Assert.Equal((status, code), (answer.Status, answer.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_new_audience_fills_by_itself_and_the_list_shows_how_many_there_are()
    {
        for (var i = 0; i < 40; i++) await ViewAsync($"u{i}");
        await PutAsync(Viewers);
        await Eventually.TrueAsync("the audience is filled", Patience, async () => (await StandingAsync("viewers")).GetProperty("fill").GetProperty("state").GetString() == "done");
        Assert.Equal(40, Number(await StandingAsync("viewers"), "members"));
        await ViewAsync("one-more");
        Assert.Equal(41, Number(await StandingAsync("viewers"), "members"));
        var sizes = (await _server.GetAsync("/v1/audiences/viewers/sizes")).Json.GetProperty("sizes");
        Assert.Equal(41, Number(sizes[sizes.GetArrayLength() - 1], "members"));
        await _server.SendJsonAsync(HttpMethod.Delete, "/v1/audiences/viewers", null);
        Assert.Equal(404, (await _server.GetAsync("/v1/audiences/viewers/sizes")).Status);
    }

    [Fact]
    public async Task Members_are_lines_with_the_columns_that_were_asked_for()
    {
        await PutAsync(Viewers);
        for (var i = 0; i < 5; i++) await ViewAsync($"u{i}");
        await _server.PostAsync("/v1/identify", """{"userId":"u3","traits":{"plan":"pro","address":{"city":"Oslo"}}}""");
        var lines = await LinesAsync("/v1/audiences/viewers/members?columns=identifiers.user_id,traits.plan,traits.address.city,traits.none");
        Assert.Equal(5, lines.Length);
        var u3 = Assert.Single(lines, l => l.GetProperty("identifiers.user_id")[0].GetString() == "u3");
        Assert.Equal(("pro", "Oslo", JsonValueKind.Null), (u3.GetProperty("traits.plan").GetString(), u3.GetProperty("traits.address.city").GetString(), u3.GetProperty("traits.none").ValueKind));
        var bare = await LinesAsync("/v1/audiences/viewers/members?limit=2");
        Assert.Equal(["id", "since"], bare[0].EnumerateObject().Select(p => p.Name));
        var rest = await LinesAsync($"/v1/audiences/viewers/members?after={bare[^1].GetProperty("id").GetString()}");
        Assert.Equal(lines.Select(Id).Order(), bare.Concat(rest).Select(Id).Order());
        Assert.Equal("invalid_parameter", (await _server.GetAsync("/v1/audiences/viewers/members?columns=a,,b")).Json.GetProperty("code").GetString());
        Assert.Equal(404, (await _server.GetAsync("/v1/audiences/nobody/members")).Status);

        static string Id(JsonElement line) => line.GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task An_overlap_counts_every_combination()
    {
        await PutAsync(Viewers);
        await PutAsync(Buyers);
        for (var i = 0; i < 6; i++) await ViewAsync($"u{i}");
        for (var i = 4; i < 9; i++) await OrderAsync($"u{i}");
        var overlap = (await _server.PostAsync("/v1/audiences:overlap", """{"audiences":["viewers","buyers"]}""", "all")).Json;
        Assert.Equal((9, 2), (Number(overlap, "any"), Number(overlap, "all")));
        Assert.Equal(
            ["viewers 6 4", "buyers 5 3"],
            overlap.GetProperty("audiences").EnumerateArray().Select(a => $"{a.GetProperty("id").GetString()} {Number(a, "members")} {Number(a, "onlyHere")}"));
        Assert.Equal("definition_not_found", (await _server.PostAsync("/v1/audiences:overlap", """{"audiences":["viewers","nobody"]}""", "all")).Json.GetProperty("code").GetString());
        Assert.Equal("invalid_body", (await _server.PostAsync("/v1/audiences:overlap", """{"audiences":["viewers"]}""", "all")).Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_stream_tells_each_change_once_and_goes_on_behind_the_last_one_seen()
    {
        await PutAsync(Viewers);
        await using (var stream = await AudienceReader.OpenAsync(_server, "/v1/audiences/viewers/stream"))
        {
            await ViewAsync("a");
            await ViewAsync("b");
            Assert.Equal(["enter", "enter"], new[] { await stream.NextAsync(), await stream.NextAsync() }.Select(e => e.Data.GetProperty("kind").GetString()));
            await ViewAsync("a");
            await _server.SendJsonAsync(HttpMethod.Delete, "/v1/profiles/user_id:b", null);
            var (id, data) = await stream.NextAsync();
            Assert.Equal(("exit", "erase", false), (data.GetProperty("kind").GetString(), data.GetProperty("cause").GetString(), data.GetProperty("historical").GetBoolean()));
            await ViewAsync("c");
            await ViewAsync("d");
            await using var again = await AudienceReader.OpenAsync(_server, "/v1/audiences/viewers/stream", id);
            var seen = new[] { await again.NextAsync(), await again.NextAsync() };
            Assert.Equal(2, seen.Select(e => e.Data.GetProperty("profileId").GetString()).Distinct().Count());
            Assert.Equal(seen.Select(e => e.Id), new[] { await stream.NextAsync(), await stream.NextAsync() }.Select(e => e.Id));
        }

        Assert.Equal("invalid_cursor", (await _server.GetAsync("/v1/audiences/viewers/stream?after=x")).Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Campaigns_add_up_over_customers()
    {
        for (var i = 0; i < 4; i++)
        {
            await _server.PostAsync("/v1/page", $$$$"""{"userId":"u{{{{i}}}}","context":{"campaign":{"source":"news","name":"spring"}}}""");
            await OrderAsync($"u{i}");
        }

        await OrderAsync("nobody-brought-me");
        var totals = (await _server.GetAsync("/v1/attribution?model=first")).Json;
        Assert.Equal((true, 5, "first"), (totals.GetProperty("exact").GetBoolean(), Number(totals, "customers"), totals.GetProperty("model").GetString()));
        var spring = Assert.Single(totals.GetProperty("campaigns").EnumerateArray());
        Assert.Equal(("news", "spring", 4, 40), (spring.GetProperty("source").GetString(), spring.GetProperty("campaign").GetString(), Number(spring, "conversions"), Number(spring, "value")));
        Assert.Equal("invalid_parameter", (await _server.GetAsync("/v1/attribution?model=magic")).Json.GetProperty("code").GetString());
    }

    private static long Number(JsonElement json, string name) => (long)json.GetProperty(name).GetDecimal();

    private async Task PutAsync(string definition)
    {
        using var json = JsonDocument.Parse(definition);
        Assert.Equal(200, (await _server.SendJsonAsync(HttpMethod.Put, $"/v1/audiences/{json.RootElement.GetProperty("id").GetString()}", definition)).Status);
    }

    private async Task<JsonElement> StandingAsync(string id) => (await _server.GetAsync($"/v1/audiences/{id}")).Json;

    private Task ViewAsync(string user) => _server.PostAsync("/v1/track", $$"""{"userId":"{{user}}","event":"Product Viewed"}""");

    private Task OrderAsync(string user) => _server.PostAsync("/v1/track", $$$"""{"userId":"{{{user}}}","event":"Order Completed","properties":{"total":10}}""");

    private async Task<JsonElement[]> LinesAsync(string path) =>
        [.. (await _server.GetAsync(path)).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
}
