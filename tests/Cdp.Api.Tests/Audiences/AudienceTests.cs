using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Audiences;

/// <summary>Audiences and computed traits over HTTP, with the real engine behind.</summary>
public sealed class AudienceTests : IAsyncLifetime
{
    private const string Buyers = """{"id":"buyers","rule":{"event":"Order Completed","atLeast":2,"within":"30d"}}""";

    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartRealAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Who_does_what_the_rule_asks_belongs_with_the_event_that_does_it()
    {
        Assert.Equal(200, (await PutAsync("audiences/buyers", Buyers)).Status);
        Assert.Equal(200, (await PutAsync("computed-traits/spent", """{"id":"spent","type":"sum","event":"Order Completed","property":"total"}""")).Status);
        Assert.Equal(200, (await PutAsync("audiences/rich", """{"id":"rich","rule":{"computed":"spent","op":"gte","value":30}}""")).Status);

        await OrderAsync("anna", 10);
        Assert.Equal(("", "10"), await SeenAsync("anna"));
        await OrderAsync("anna", 15);
        Assert.Equal(("buyers", "25"), await SeenAsync("anna"));
        await OrderAsync("anna", 5.5);
        Assert.Equal(("buyers rich", "30.5"), await SeenAsync("anna"));
        await OrderAsync("bob", 99);
        Assert.Equal(("rich", "99"), await SeenAsync("bob"));
    }

    [Fact]
    public async Task A_new_definition_judges_what_was_before_it_and_one_that_is_gone_is_left()
    {
        await OrderAsync("anna", 10);
        await OrderAsync("anna", 10);
        Assert.Equal(("", null), await SeenAsync("anna"));
        await PutAsync("audiences/buyers", Buyers);
        Assert.Equal(("buyers", null), await SeenAsync("anna"));
        var before = (await _server.GetAsync("/v1/profiles/user_id:anna")).Header("ETag");
        await PutAsync("audiences/buyers", Buyers.Replace("2", "3", StringComparison.Ordinal));
        Assert.Equal(("", null), await SeenAsync("anna"));
        Assert.NotEqual(before, (await _server.GetAsync("/v1/profiles/user_id:anna")).Header("ETag"));
        await OrderAsync("anna", 10);
        Assert.Equal(("buyers", null), await SeenAsync("anna"));
        Assert.Equal(200, (await DeleteAsync("audiences/buyers")).Status);
        Assert.Equal(("", null), await SeenAsync("anna"));
    }

    [Fact]
    public async Task A_merge_judges_both_histories_together_and_a_split_apart()
    {
        await PutAsync("audiences/buyers", Buyers);
        await OrderAsync("anna", 1);
        await OrderAsync("bob", 1);
        var merge = await _server.PostAsync("/v1/identity/merge", """{"survivor":"user_id:anna","absorbed":"user_id:bob"}""", "all");
        Assert.Equal(("buyers", null), await SeenAsync("bob"));
        await _server.PostAsync("/v1/identity/split", $$"""{"profile":"user_id:anna","mergeId":"{{merge.Json.GetProperty("mergeId").GetString()}}"}""", "all");
        Assert.Equal(("", null), await SeenAsync("anna"));
        Assert.Equal(("", null), await SeenAsync("bob"));
    }

    [Fact]
    public async Task Nobody_is_in_an_audience_for_a_purpose_without_that_consent()
    {
        await PutAsync("audiences/news", """{"id":"news","purpose":"marketing","channel":"email","rule":{"trait":"plan","op":"eq","value":"pro"}}""");
        await _server.PostAsync("/v1/identify", """{"userId":"anna","traits":{"plan":"pro"}}""");
        Assert.Equal(("", null), await SeenAsync("anna"));
        await _server.PostAsync("/v1/profiles/user_id:anna/consent", """{"purpose":"marketing","channel":"email","state":"granted"}""", "all");
        Assert.Equal(("news", null), await SeenAsync("anna"));
        await _server.PostAsync("/v1/profiles/user_id:anna/consent", """{"purpose":"marketing","state":"denied"}""", "all");
        Assert.Equal(("", null), await SeenAsync("anna"));
        await _server.PostAsync("/v1/profiles/user_id:anna/consent", """{"purpose":"marketing","state":"granted"}""", "all");
        await _server.SendJsonAsync(HttpMethod.Patch, "/v1/profiles/user_id:anna/traits", """{"plan":"free"}""", "all");
        Assert.Equal(("", null), await SeenAsync("anna"));
    }

    [Theory]
    [InlineData("audiences/a", "{", 400, "invalid_json", "")]
    [InlineData("audiences/a", """{"id":"b","rule":{"trait":"x","op":"exists"}}""", 400, "invalid_body", "id of the path")]
    [InlineData("audiences/A!", "{}", 400, "invalid_parameter", "id")]
    [InlineData("audiences/a", """{"id":"a","rule":{"event":"x","within":"2y"}}""", 400, "invalid_definition", "$.rule.within")]
    [InlineData("audiences/a", """{"id":"a","rule":{"audience":"nobody"}}""", 400, "invalid_definition", "$.rule.audience")]
    [InlineData("computed-traits/a", """{"id":"a","type":"magic"}""", 400, "invalid_definition", "$.type")]
    public async Task A_wrong_definition_names_what_is_wrong_and_changes_nothing(string path, string body, int status, string code, string detail)
    {
        var answer = await PutAsync(path, body);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Contains(detail, answer.Body, StringComparison.Ordinal);
        Assert.Equal("""{"audiences":[]}""", (await _server.GetAsync("/v1/audiences")).Body);
    }

    [Fact]
    public async Task What_others_refer_to_cannot_be_deleted_and_versions_are_minded()
    {
        await PutAsync("computed-traits/spent", """{"id":"spent","type":"sum","event":"Order Completed","property":"total"}""");
        await PutAsync("audiences/rich", """{"id":"rich","rule":{"computed":"spent","op":"gte","value":30}}""");
        Assert.Equal((400, "invalid_definition"), Problem(await DeleteAsync("computed-traits/spent")));
        Assert.Equal((404, "definition_not_found"), Problem(await DeleteAsync("audiences/poor")));
        Assert.Equal((404, "definition_not_found"), Problem(await _server.GetAsync("/v1/audiences/poor")));
        Assert.Equal(403, (await _server.SendJsonAsync(HttpMethod.Put, "/v1/audiences/rich", "{}", "reader")).Status);
        var rich = await _server.GetAsync("/v1/audiences/rich");
        Assert.Equal(("\"1\"", "rich"), (rich.Header("ETag"), rich.Json.GetProperty("definition").GetProperty("id").GetString()));
        Assert.Equal("[]", (await _server.GetAsync("/v1/audiences", "oall")).Json.GetProperty("audiences").GetRawText());
    }

    private Task<Answer> PutAsync(string path, string body) => _server.SendJsonAsync(HttpMethod.Put, "/v1/" + path, body, "all");

    private Task<Answer> DeleteAsync(string path) => _server.SendJsonAsync(HttpMethod.Delete, "/v1/" + path, null, "all");

    private Task OrderAsync(string user, double total) => _server.PostAsync(
        "/v1/track", string.Create(System.Globalization.CultureInfo.InvariantCulture, $$$"""{"userId":"{{{user}}}","event":"Order Completed","properties":{"total":{{{total}}}}}"""));

    /// <summary>The audiences of a profile, and what it has spent.</summary>
    private async Task<(string Audiences, string? Spent)> SeenAsync(string user)
    {
        var profile = (await _server.GetAsync("/v1/profiles/user_id:" + user)).Json;
        var spent = profile.GetProperty("computed").TryGetProperty("traits", out var traits) && traits.TryGetProperty("spent", out var value) ? value.GetRawText() : null;
        return (string.Join(' ', profile.GetProperty("audiences").EnumerateArray().Select(a => a.GetString())), spent);
    }

    private static (int, string?) Problem(Answer answer) => (answer.Status, answer.Code);
}
