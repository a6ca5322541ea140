using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Operations;

public sealed class CorsTests : IAsyncLifetime
{
    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartAsync("""
        {"Cdp":{"Limits":{"MaxRequestsInFlight":1,"RequestsPerSecondPerKey":1},"Workspaces":{"shop":{"WriteKeys":["w1"]}}}}
        """);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("/v1/t")]
    [InlineData("/v1/identify")]
    [InlineData("/sourceConfig/?writeKey=x")]
    [InlineData("/v1/profiles/user_id:u1")]
    [InlineData("/no/such/route")]
    public async Task A_preflight_is_answered_before_everything_else(string path)
    {
        Assert.True(_server.App.Services.GetIngest().Requests.TryEnter());

        var answer = await _server.SendAsync(HttpMethod.Options, path, null, null, r =>
        {
            r.Headers.Add("Origin", "https://shop.example");
            r.Headers.Add("Access-Control-Request-Method", "POST");
            r.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        });

        Assert.Equal(204, answer.Status);
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal("GET,POST,OPTIONS", answer.Header("Access-Control-Allow-Methods"));
        Assert.Equal("7200", answer.Header("Access-Control-Max-Age"));
        var allowed = answer.Header("Access-Control-Allow-Headers")!.Split(',');
        foreach (var header in "authorization,content-type,anonymousid,sentat,x-retry-count,rsa-retry-attempt,rsa-retry-reason,rsa-since-first-attempt,rsa-since-last-attempt".Split(','))
        {
            Assert.Contains(header, allowed);
        }
    }

    [Theory]
    [InlineData("GET", "/no/such/route", 404, "not_found")]
    [InlineData("GET", "/v1/t", 405, "method_not_allowed")]
    [InlineData("PUT", "/v1/profiles/user_id:u1", 405, "method_not_allowed")]
    [InlineData("GET", "/v1/profiles/user_id:u1", 401, "unauthorized")]
    [InlineData("POST", "/v1/t", 401, "unauthorized")]
    [InlineData("POST", "/v1/batch", 400, "invalid_json")]
    public async Task Every_error_is_a_problem_with_cors_headers(string method, string path, int status, string code)
    {
        var body = method == "POST" ? new StringContent(path == "/v1/t" ? "{}" : "{") : null;

        var answer = await _server.SendAsync(new HttpMethod(method), path, body, null);

        Assert.Equal((status, code, "application/problem+json"), (answer.Status, answer.Code, answer.Header("Content-Type")));
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(answer.Json.GetProperty("title").GetString()!);
        Assert.Equal("urn:cdp-grains:problem:" + code, answer.Json.GetProperty("type").GetString());
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal("Retry-After, ETag", answer.Header("Access-Control-Expose-Headers"));
    }
}
