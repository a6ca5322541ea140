using System.Text.Json;
using Cdp.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Api.Tests.Identity;

/// <summary>The diagnosis over HTTP, with the real engine and store behind.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private const string Path = "/v1/identity/doctor";

    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartRealAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Findings_name_profiles_types_and_counts_and_values_only_when_asked()
    {
        for (var i = 0; i < 6; i++) await _server.PostAsync("/v1/identify", $$$"""{"userId":"u{{{i}}}","anonymousId":"lobby-tablet"}""");
        for (var i = 0; i < 4; i++) await _server.PostAsync("/v1/identify", $$$"""{"userId":"anna","traits":{"email":"anna{{{i}}}@x.com"}}""");
        await _server.PostAsync("/v1/identify", """{"userId":"ben"}""");
        for (var i = 0; i < 5; i++)
        {
            await _server.PostAsync("/v1/page", $$"""{"anonymousId":"browser{{i}}"}""");
            await _server.PostAsync("/v1/identify", $$"""{"userId":"ben","anonymousId":"browser{{i}}"}""");
        }

        var (anna, ben) = (await IdAsync("user_id:anna"), await IdAsync("user_id:ben"));
        var answer = await _server.GetAsync(Path);

        Assert.Equal((200, "no-store"), (answer.Status, answer.Header("Cache-Control")));
        Assert.True(answer.Json.GetProperty("complete").GetBoolean());
        Assert.Equal((18, true), (answer.Json.GetProperty("identifiersRead").GetInt32(), answer.Json.GetProperty("decisionsRead").GetInt32() >= 18));
        Assert.Equal($$"""{"count":1,"findings":[{"profileId":"{{anna}}","identifiers":4,"limit":5,"type":"email"}]}""", Raw(answer, "nearLimits"));
        Assert.Equal("""{"count":1,"findings":[{"type":"anonymous_id","profiles":6,"moved":5,"refused":0,"shared":0}]}""", Raw(answer, "joiningValues"));
        Assert.Equal($$"""{"count":1,"findings":[{"profileId":"{{ben}}","absorbed":5}]}""", Raw(answer, "manyMerges"));
        Assert.Equal("""{"count":0,"findings":[]}""", Raw(answer, "manyPersons"));
        Assert.DoesNotContain("lobby-tablet", answer.Body, StringComparison.Ordinal);

        var more = await _server.GetAsync(Path + "?values=true&min=4&limit=1");
        Assert.Equal("lobby-tablet", more.Json.GetProperty("joiningValues").GetProperty("findings")[0].GetProperty("value").GetString());
        Assert.Equal($$"""{"count":1,"findings":[{"profileId":"{{anna}}","identifiers":4,"type":"email"}]}""", Raw(more, "manyPersons"));

        // Another workspace sees nothing of it.
        Assert.Equal(0, (await _server.GetAsync(Path, "oall")).Json.GetProperty("identifiersRead").GetInt32());
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?min=1", "min")]
    [InlineData("?seconds=91", "seconds")]
    [InlineData("?values=maybe", "values")]
    public async Task A_wrong_parameter_is_named(string query, string name)
    {
        var answer = await _server.GetAsync(Path + query);

        Assert.Equal((400, "invalid_parameter"), (answer.Status, answer.Code));
        Assert.StartsWith(name, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_at_a_time_and_only_with_the_scope_admin()
    {
        Assert.Equal((403, "forbidden"), Problem(await _server.GetAsync(Path, "reader")));
        var places = _server.App.Services.GetRequiredService<ApiServices>().Diagnoses;
        Assert.True(places.TryEnter());
        Assert.Equal((429, "overloaded"), Problem(await _server.GetAsync(Path)));
        places.Leave();
        Assert.Equal(200, (await _server.GetAsync(Path)).Status);
        Assert.Equal(0, places.Used);
    }

    private async Task<string> IdAsync(string reference) => (await _server.GetAsync("/v1/profiles/" + reference)).Json.GetProperty("id").GetString()!;

    private static string Raw(Answer answer, string name) => JsonSerializer.Serialize(answer.Json.GetProperty(name));

    private static (int, string?) Problem(Answer answer) => (answer.Status, answer.Code);
}
