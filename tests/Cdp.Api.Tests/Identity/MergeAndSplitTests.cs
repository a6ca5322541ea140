using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Identity;

/// <summary>Merges and splits over HTTP, with the real engine behind.</summary>
public sealed class MergeAndSplitTests : IAsyncLifetime
{
    private ApiServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiServer.StartRealAsync();
        await _server.PostAsync("/v1/identify", """{"userId":"anna","anonymousId":"a","traits":{"plan":"pro"}}""");
        await _server.PostAsync("/v1/identify", """{"userId":"bob","anonymousId":"b","traits":{"plan":"free"}}""");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task There_and_back()
    {
        var bob = await IdAsync("user_id:bob");
        var merged = await PostAsync("merge", """{"survivor":"user_id:anna","absorbed":"user_id:bob","reason":"called us"}""");
        Assert.Equal(200, merged.Status);
        var mergeId = merged.Json.GetProperty("mergeId").GetString();
        Assert.Equal(await IdAsync("user_id:anna"), merged.Json.GetProperty("profileId").GetString());
        Assert.Equal(await IdAsync("user_id:anna"), await IdAsync(bob));
        var entry = (await _server.GetAsync("/v1/profiles/user_id:anna/identities")).Json.GetProperty("history").EnumerateArray().Last();
        Assert.Equal(
            ("merged", bob, "merged_by_admin", mergeId, "called us"),
            (Text(entry, "kind"), Text(entry, "other"), Text(entry, "code"), Text(entry, "mergeId"), Text(entry, "reason")));
        Assert.Equal(merged.Body, (await PostAsync("merge", $$"""{"survivor":"user_id:anna","absorbed":"{{bob}}"}""")).Body);

        var split = await PostAsync("split", $$"""{"profile":"user_id:anna","mergeId":"{{mergeId}}","reason":"not the same"}""");
        Assert.Equal((200, bob), (split.Status, Text(split.Json, "splitProfileId")));
        Assert.Equal(bob, await IdAsync("anonymous_id:b"));
        Assert.Equal("free", Text((await _server.GetAsync("/v1/profiles/" + bob)).Json.GetProperty("traits"), "plan"));
        foreach (var side in new[] { "user_id:anna", bob })
        {
            var last = (await _server.GetAsync($"/v1/profiles/{side}/identities")).Json.GetProperty("history").EnumerateArray().Last();
            Assert.Equal(("split", mergeId, "not the same"), (Text(last, "kind"), Text(last, "mergeId"), Text(last, "reason")));
        }

        Assert.Equal((409, "not_merged"), Problem(await PostAsync("split", $$"""{"profile":"user_id:anna","mergeId":"{{mergeId}}"}""")));
    }

    [Fact]
    public async Task Identifiers_become_a_profile_of_their_own()
    {
        await _server.PostAsync("/v1/page", """{"anonymousId":"a"}""");
        var split = await PostAsync("split", """{"profile":"user_id:anna","identifiers":["anonymous_id:a"],"neverMerge":false}""");
        Assert.Equal(200, split.Status);
        Assert.Equal((1, 1), (split.Json.GetProperty("identifiers").GetInt32(), split.Json.GetProperty("events").GetInt32()));
        Assert.Equal(Text(split.Json, "splitProfileId"), await IdAsync("anonymous_id:a"));
        Assert.Equal((409, "identifier_not_owned"), Problem(await PostAsync("split", """{"profile":"user_id:anna","identifiers":[{"type":"anonymous_id","value":"a"}]}""")));
        Assert.Equal((409, "nothing_left"), Problem(await PostAsync("split", """{"profile":"user_id:anna","identifiers":["user_id:anna"]}""")));
    }

    [Theory]
    [InlineData("merge", "{", 400, "invalid_json", "")]
    [InlineData("merge", "[]", 400, "invalid_body", "survivor")]
    [InlineData("merge", """{"absorbed":"user_id:bob"}""", 400, "invalid_ref", "survivor")]
    [InlineData("merge", """{"survivor":"x","absorbed":"user_id:bob"}""", 400, "invalid_ref", "survivor")]
    [InlineData("merge", """{"survivor":"\ud800","absorbed":"user_id:bob"}""", 400, "invalid_body", "survivor")]
    [InlineData("merge", """{"survivor":5,"absorbed":"user_id:bob"}""", 400, "invalid_body", "survivor")]
    [InlineData("merge", """{"survivor":"user_id:anna","absorbed":"user_id:bob","reason":5}""", 400, "invalid_body", "reason")]
    [InlineData("merge", """{"survivor":"user_id:anna","absorbed":"user_id:nobody"}""", 404, "profile_not_found", "absorbed")]
    [InlineData("merge", """{"survivor":"user_id:nobody","absorbed":"user_id:bob"}""", 404, "profile_not_found", "survivor")]
    [InlineData("merge", """{"survivor":"user_id:anna","absorbed":"anonymous_id:a"}""", 409, "same_profile", "")]
    [InlineData("split", """{"profile":"user_id:anna"}""", 400, "invalid_body", "either")]
    [InlineData("split", """{"profile":"user_id:anna","mergeId":"x","identifiers":["a:b"]}""", 400, "invalid_body", "either")]
    [InlineData("split", """{"profile":"user_id:anna","mergeId":"x"}""", 400, "invalid_body", "mergeId")]
    [InlineData("split", """{"profile":"user_id:anna","identifiers":[]}""", 400, "invalid_body", "identifiers")]
    [InlineData("split", """{"profile":"user_id:anna","identifiers":["user_id:anna",7]}""", 400, "invalid_ref", "identifiers[1]")]
    [InlineData("split", """{"profile":"user_id:anna","identifiers":["user_id:anna"],"neverMerge":"no"}""", 400, "invalid_body", "neverMerge")]
    [InlineData("split", """{"profile":"user_id:nobody","identifiers":["user_id:nobody"]}""", 404, "profile_not_found", "")]
    public async Task What_is_wrong_is_named_and_changes_nothing(string call, string body, int status, string code, string detail)
    {
        var answer = await PostAsync(call, body);
        Assert.Equal((status, code), Problem(answer));
        Assert.Contains(detail, answer.Body, StringComparison.Ordinal);
        Assert.Equal("pro", Text((await _server.GetAsync("/v1/profiles/user_id:anna")).Json.GetProperty("traits"), "plan"));
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("split")]
    public async Task Only_an_administrator_of_the_workspace_may(string call)
    {
        const string Body = """{"survivor":"user_id:anna","absorbed":"user_id:bob","profile":"user_id:anna","identifiers":["anonymous_id:a"]}""";
        Assert.Equal(403, (await PostAsync(call, Body, "reader")).Status);
        Assert.Equal(403, (await PostAsync(call, Body, "w1")).Status);
        Assert.Equal(404, (await PostAsync(call, Body, "oall")).Status);
    }

    private async Task<string> IdAsync(string profile) => Text((await _server.GetAsync("/v1/profiles/" + profile)).Json, "id")!;

    private Task<Answer> PostAsync(string call, string body, string key = "all") => _server.PostAsync("/v1/identity/" + call, body, key);

    private static string? Text(System.Text.Json.JsonElement json, string name) => json.GetProperty(name).GetString();

    private static (int, string?) Problem(Answer answer) => (answer.Status, answer.Code);
}
