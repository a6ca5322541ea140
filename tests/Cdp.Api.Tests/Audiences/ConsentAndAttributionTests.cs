using System.Text.Json;
using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Audiences;

/// <summary>Consent and attribution over HTTP, with the real engine behind.</summary>
public sealed class ConsentAndAttributionTests : IAsyncLifetime
{
    private ApiServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiServer.StartRealAsync();
        await _server.PostAsync("/v1/identify", """{"userId":"anna","anonymousId":"a"}""");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Consent_is_given_by_events_and_by_the_API_and_its_history_is_kept()
    {
        await _server.PostAsync(
            "/v1/track", """{"userId":"anna","event":"Consent Updated","timestamp":"2026-01-01T10:00:00Z","properties":{"purpose":"marketing","channel":"email","state":"granted","proof":"v3"}}""");
        Assert.Equal("granted", Text(await ConsentAsync("user_id:anna"), "marketing", "channels", "email", "state"));

        var denied = await _server.PostAsync("/v1/profiles/anonymous_id:a/consent", """{"purpose":"marketing","channel":"email","state":"denied","proof":"called"}""", "all");
        Assert.Equal(200, denied.Status);
        Assert.Equal("denied", Text(denied.Json, "consent", "marketing", "channels", "email", "state"));
        var read = (await _server.GetAsync("/v1/profiles/user_id:anna/consent")).Json;
        Assert.Equal(["granted v3", "denied called"], read.GetProperty("history").EnumerateArray().Select(h => $"{Text(h, "state")} {Text(h, "proof")}"));
        // A late statement does not win.
        await _server.PostAsync(
            "/v1/track", """{"userId":"anna","event":"Consent Updated","timestamp":"2026-01-02T10:00:00Z","properties":{"purpose":"marketing","channel":"email","state":"granted"}}""");
        Assert.Equal("denied", Text(await ConsentAsync("user_id:anna"), "marketing", "channels", "email", "state"));
    }

    [Fact]
    public async Task A_denial_outlives_a_merge_until_a_grant_after_it_and_a_split_gives_each_side_its_own()
    {
        await _server.PostAsync("/v1/track", Said("anna", "granted", "2026-03-01T00:00:00Z"));
        await _server.PostAsync("/v1/track", Said("bob", "denied", "2026-02-01T00:00:00Z"));
        var merge = await _server.PostAsync("/v1/identity/merge", """{"survivor":"user_id:anna","absorbed":"user_id:bob"}""", "all");
        Assert.Equal("denied", Text(await ConsentAsync("user_id:anna"), "marketing", "state"));

        var split = await _server.PostAsync("/v1/identity/split", $$"""{"profile":"user_id:anna","mergeId":"{{Text(merge.Json, "mergeId")}}"}""", "all");
        Assert.Equal(200, split.Status);
        Assert.Equal("granted", Text(await ConsentAsync("user_id:anna"), "marketing", "state"));
        Assert.Equal("denied", Text(await ConsentAsync("user_id:bob"), "marketing", "state"));

        await _server.PostAsync("/v1/identity/merge", """{"survivor":"user_id:anna","absorbed":"user_id:bob"}""", "all");
        Assert.Equal("denied", Text(await ConsentAsync("user_id:anna"), "marketing", "state"));
        await _server.PostAsync("/v1/profiles/user_id:anna/consent", """{"purpose":"marketing","state":"granted"}""", "all");
        Assert.Equal("granted", Text(await ConsentAsync("user_id:anna"), "marketing", "state"));
    }

    [Theory]
    [InlineData("user_id:anna", "{", "all", 400, "invalid_json")]
    [InlineData("user_id:anna", "[]", "all", 400, "invalid_body")]
    [InlineData("user_id:anna", """{"purpose":"marketing"}""", "all", 400, "invalid_body")]
    [InlineData("user_id:anna", """{"purpose":"marketing","state":"maybe"}""", "all", 400, "invalid_body")]
    [InlineData("user_id:anna", """{"purpose":"marketing","channel":7,"state":"granted"}""", "all", 400, "invalid_body")]
    [InlineData("user_id:nobody", """{"purpose":"marketing","state":"granted"}""", "all", 404, "profile_not_found")]
    [InlineData("user_id:anna", """{"purpose":"marketing","state":"granted"}""", "reader", 403, "forbidden")]
    public async Task What_is_wrong_is_said_and_changes_nothing(string profile, string body, string key, int status, string code)
    {
        var answer = await _server.PostAsync($"/v1/profiles/{profile}/consent", body, key);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal("{}", (await ConsentAsync("user_id:anna")).ToString());
    }

    [Fact]
    public async Task Conversions_are_shared_among_the_touches_of_the_whole_merged_history()
    {
        await _server.PostAsync("/v1/page", """{"anonymousId":"x","timestamp":"2026-01-01T00:00:00Z","context":{"page":{"url":"https://shop.example/?utm_source=news&utm_medium=email&utm_campaign=spring"}}}""");
        await _server.PostAsync("/v1/page", """{"userId":"anna","timestamp":"2026-01-05T00:00:00Z","context":{"page":{"url":"https://shop.example/?utm_source=ads&utm_medium=cpc&utm_campaign=boots"}}}""");
        await _server.PostAsync("/v1/track", """{"userId":"anna","event":"Order Completed","timestamp":"2026-01-06T00:00:00Z","properties":{"total":10.01}}""");
        await _server.PostAsync("/v1/identify", """{"userId":"anna","anonymousId":"x"}""");

        var linear = (await _server.GetAsync("/v1/profiles/user_id:anna/attribution")).Json;
        Assert.Equal(["news 5.01", "ads 5.00"], linear.GetProperty("campaigns").EnumerateArray().Select(c => $"{Text(c, "source")} {c.GetProperty("value").GetRawText()}"));
        var first = (await _server.GetAsync("/v1/profiles/anonymous_id:x/attribution?model=first&lookback=3d")).Json;
        Assert.Equal(["ads"], first.GetProperty("campaigns").EnumerateArray().Select(c => Text(c, "source")));
        Assert.Equal("10.01", first.GetProperty("conversions")[0].GetProperty("credits")[0].GetProperty("value").GetRawText());
        Assert.Equal(400, (await _server.GetAsync("/v1/profiles/user_id:anna/attribution?model=magic")).Status);
        Assert.Equal(400, (await _server.GetAsync("/v1/profiles/user_id:anna/attribution?lookback=soon")).Status);
        Assert.Equal(404, (await _server.GetAsync("/v1/profiles/user_id:nobody/attribution")).Status);
    }

    private static string Said(string user, string state, string at) =>
        $$$"""{"userId":"{{{user}}}","event":"Consent Updated","timestamp":"{{{at}}}","properties":{"purpose":"marketing","state":"{{{state}}}"}}""";

    private async Task<JsonElement> ConsentAsync(string profile) => (await _server.GetAsync("/v1/profiles/" + profile)).Json.GetProperty("consent");

    private static string? Text(JsonElement json, params string[] path) => path.Aggregate(json, (at, name) => at.GetProperty(name)).GetString();
}
