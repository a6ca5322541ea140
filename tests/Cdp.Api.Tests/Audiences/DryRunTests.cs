using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Audiences;

/// <summary>Dry runs of triggers over HTTP.</summary>
public sealed class DryRunTests : IAsyncLifetime
{
    private const string Trigger = """{"id":"thanks","when":{"event":"Order Completed"},"if":{"cooldown":"1h"},"then":[{"webhook":"crm"}]}""";

    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartRealAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_trigger_is_played_on_all_and_on_one_and_leaves_nothing_behind()
    {
        for (var i = 0; i < 10; i++) await OrderAsync($"u{i % 5}");
        var all = (await _server.PostAsync("/v1/triggers:dryrun", $$"""{"trigger":{{Trigger}}}""", "all")).Json;
        Assert.Equal((5, 5, true), (all.GetProperty("customers").GetInt32(), all.GetProperty("played").GetInt32(), all.GetProperty("exact").GetBoolean()));
        Assert.Equal("""{"acted":5,"cooldown":5}""", all.GetProperty("codes").ToString());
        Assert.Equal(10, all.GetProperty("decisions").GetArrayLength());
        var one = (await _server.PostAsync("/v1/triggers:dryrun", $$"""{"trigger":{{Trigger.Replace("\"id\":\"thanks\",", "", StringComparison.Ordinal)}},"ref":"user_id:u1"}""", "all")).Json;
        Assert.Equal(["cooldown", "acted"], one.GetProperty("decisions").EnumerateArray().Select(d => d.GetProperty("code").GetString()));
        Assert.Empty((await _server.GetAsync("/v1/profiles/user_id:u1/decisions")).Json.GetProperty("decisions").EnumerateArray());
        Assert.Empty((await _server.GetAsync("/v1/triggers")).Json.GetProperty("triggers").EnumerateArray());
    }

    [Theory]
    [InlineData("{", 400, "invalid_json")]
    [InlineData("[]", 400, "invalid_body")]
    [InlineData("""{"ref":"user_id:u"}""", 400, "invalid_body")]
    [InlineData("""{"trigger":7}""", 400, "invalid_body")]
    [InlineData("""{"trigger":"nobody"}""", 404, "definition_not_found")]
    [InlineData("""{"trigger":"\ud800"}""", 400, "invalid_json")]
    [InlineData("""{"trigger":{"when":{"event":7}}}""", 400, "invalid_definition")]
    [InlineData("""{"trigger":{"id":"t","when":{"event":"A"},"then":[{"sse":true}]},"ref":"nothing"}""", 400, "invalid_ref")]
    [InlineData("""{"trigger":{"id":"t","when":{"event":"A"},"then":[{"sse":true}]},"ref":"user_id:nobody"}""", 404, "profile_not_found")]
    public async Task What_is_wrong_is_said(string body, int status, string code)
    {
        var answer = await _server.PostAsync("/v1/triggers:dryrun", body, "all");
        Assert.Equal((status, code), (answer.Status, answer.Json.GetProperty("code").GetString()));
    }

    private async Task OrderAsync(string user) =>
        Assert.Equal(200, (await _server.PostAsync("/v1/track", $$"""{"event":"Order Completed","userId":"{{user}}"}""", "all")).Status);
}
