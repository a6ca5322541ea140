using System.Text;
using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Profiles;

public sealed class WriteTests : IAsyncLifetime
{
    private ApiServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiServer.StartAsync();
        await _server.PostAsync("/v1/identify", """{"userId":"u1","traits":{"plan":"pro"}}""");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Traits_are_written_and_the_profile_answered()
    {
        var answer = await PatchAsync("user_id:u1", """{"plan":null,"n":5}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"plan":null,"n":5}""", answer.Json.GetProperty("traits").GetRawText());
        Assert.EndsWith("-2\"", answer.Header("ETag"), StringComparison.Ordinal);
        Assert.Equal(404, (await PatchAsync("user_id:nobody", "{}")).Status);
    }

    [Theory]
    [InlineData("{", 400, "invalid_json", "")]
    [InlineData("{} {}", 400, "invalid_json", "")]
    [InlineData("[]", 400, "invalid_body", "")]
    [InlineData("null", 400, "invalid_body", "")]
    [InlineData("""{"a":"\ud800"}""", 400, "invalid_body", "invalid_text")]
    [InlineData("""{"a":1e999}""", 400, "invalid_body", "number_out_of_range")]
    [InlineData("MANY", 400, "invalid_body", "too_many_traits")]
    [InlineData("DEEP", 400, "invalid_body", "event_too_deep")]
    [InlineData("LARGE", 413, "body_too_large", "")]
    public async Task Traits_keep_to_the_limits_of_events(string body, int status, string code, string detail)
    {
        body = body switch
        {
            "MANY" => "{" + string.Join(',', Enumerable.Range(0, 301).Select(i => $"\"t{i}\":1")) + "}",
            "DEEP" => "{\"a\":" + new string('[', 14_000) + new string(']', 14_000) + "}",
            "LARGE" => "{\"a\":\"" + new string('a', 33_000) + "\"}",
            _ => body,
        };

        var answer = await PatchAsync("user_id:u1", body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Contains(detail, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erasing_counts_and_removes()
    {
        var dry = await DeleteAsync("user_id:u1?dryRun=true");
        Assert.Equal((200, """{"profileIds":1,"identifiers":1,"events":1}"""), (dry.Status, dry.Body));
        Assert.Equal(200, (await _server.GetAsync("/v1/profiles/user_id:u1")).Status);

        var real = await DeleteAsync("user_id:u1?suppress=true");
        Assert.Equal(dry.Body, real.Body);
        Assert.Equal(("shop", false, true), _server.Grid.LastErase);
        Assert.Equal(404, (await _server.GetAsync("/v1/profiles/user_id:u1")).Status);
        Assert.Equal(404, (await DeleteAsync("user_id:u1")).Status);
        Assert.Equal((400, "invalid_parameter"), (await DeleteAsync("user_id:u1?dryRun=maybe")) is var a ? (a.Status, a.Code) : default);
    }

    private Task<Answer> PatchAsync(string profile, string body) =>
        _server.SendAsync(HttpMethod.Patch, $"/v1/profiles/{profile}/traits", new ByteArrayContent(Encoding.UTF8.GetBytes(body)), "all");

    private Task<Answer> DeleteAsync(string profile) => _server.SendAsync(HttpMethod.Delete, "/v1/profiles/" + profile, null, "all");
}
