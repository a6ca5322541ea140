using System.Text;
using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Auth;

public sealed class KeyTests : IAsyncLifetime
{
    private const string Track = """{"event":"x","userId":"u1"}""";
    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("Basic", "w1:")]
    [InlineData("Basic", "w1")]
    [InlineData("Basic", "w1:ignored password")]
    [InlineData("basic", "w1:")]
    [InlineData("Basic", "loader:")]
    public async Task A_key_as_basic_user_name_takes_events_in(string scheme, string credentials) =>
        Assert.Equal(200, (await SendAsync("/v1/t", Track, scheme + " " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)))).Status);

    [Theory]
    [InlineData("Bearer loader", 200)]
    [InlineData("Bearer all", 200)]
    [InlineData("bearer all", 200)]
    [InlineData("Bearer reader", 403)]
    [InlineData("Bearer nobody", 401)]
    [InlineData("Bearer", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Basic !!!", 401)]
    [InlineData("Digest x", 401)]
    public async Task An_api_key_needs_the_scope_ingest(string header, int status)
    {
        var answer = await SendAsync("/v1/t", Track, header);

        Assert.Equal(status, answer.Status);
        if (status == 401) Assert.Equal("unauthorized", answer.Code);
        if (status == 403) Assert.Equal("forbidden", answer.Code);
        Assert.Equal(status == 200 ? 1 : 0, _server.Grid.Ingested.Count);
    }

    [Theory]
    [InlineData("w1", "ow", "ow", "ow", "shop")]
    [InlineData("wrong", "w1", "w1", "w1", null)]
    [InlineData(null, "w1", "ow", "ow", "shop")]
    [InlineData(null, "wrong", "w1", "w1", null)]
    [InlineData(null, null, "w1", "ow", "shop")]
    [InlineData(null, null, "wrong", "w1", null)]
    [InlineData(null, null, null, "w1", "shop")]
    [InlineData("", null, null, "w1", "shop")]
    [InlineData(null, null, null, null, null)]
    public async Task The_write_key_is_taken_from_header_then_query_then_body_then_first_message(
        string? header, string? query, string? body, string? message, string? workspace)
    {
        var first = message is null ? "" : $"\"writeKey\":\"{message}\",";
        var top = body is null ? "" : $"\"writeKey\":\"{body}\",";
        var json = $$"""{{{top}}"batch":[{{{first}}"type":"track","event":"x","userId":"u"}]}""";
        var authorization = header is null ? null : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(header + ":"));

        var answer = await SendAsync("/v1/batch" + (query is null ? "" : "?writeKey=" + query), json, authorization);

        Assert.Equal(workspace is null ? 401 : 200, answer.Status);
        Assert.Equal(workspace is null ? [] : [workspace], _server.Grid.Ingested.Select(i => i.Workspace));
    }

    [Fact]
    public async Task An_api_key_is_not_taken_from_query_or_body()
    {
        Assert.Equal(401, (await SendAsync("/v1/t?writeKey=loader", Track, null)).Status);
        Assert.Equal(401, (await SendAsync("/v1/t", """{"event":"x","userId":"u","writeKey":"all"}""", null)).Status);
    }

    [Theory]
    [InlineData("GET", "/v1/profiles/user_id:u1", "reader", 404)]
    [InlineData("GET", "/v1/profiles/user_id:u1", "loader", 403)]
    [InlineData("GET", "/v1/profiles/user_id:u1", "w1", 403)]
    [InlineData("GET", "/v1/profiles/user_id:u1", null, 401)]
    [InlineData("GET", "/v1/profiles/user_id:u1/stream", "loader", 403)]
    [InlineData("PATCH", "/v1/profiles/user_id:u1/traits", "reader", 403)]
    [InlineData("DELETE", "/v1/profiles/user_id:u1", "reader", 403)]
    [InlineData("DELETE", "/v1/profiles/user_id:u1", "all", 404)]
    [InlineData("GET", "/v1/rejects", "loader", 403)]
    [InlineData("GET", "/v1/rejects", "reader", 200)]
    public async Task Each_call_needs_its_scope(string method, string path, string? key, int status) =>
        Assert.Equal(status, (await _server.SendAsync(new HttpMethod(method), path, null, key)).Status);

    [Fact]
    public async Task An_api_key_works_as_basic_user_name_as_well()
    {
        var answer = await _server.SendAsync(HttpMethod.Get, "/v1/rejects", null, null, r => r.Headers.Authorization = ApiServer.Basic("reader"));
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Nothing_crosses_workspaces()
    {
        await _server.PostAsync("/v1/t", Track);

        Assert.Equal(200, (await _server.GetAsync("/v1/profiles/user_id:u1")).Status);
        Assert.Equal(404, (await _server.GetAsync("/v1/profiles/user_id:u1", "oall")).Status);
    }

    [Fact]
    public async Task Without_keys_dev_is_both_keys_of_the_default_workspace()
    {
        await using var server = await ApiServer.StartAsync(null);

        Assert.Equal(200, (await server.PostAsync("/v1/t", Track, "dev")).Status);
        Assert.Equal(200, (await server.GetAsync("/v1/profiles/user_id:u1", "dev")).Status);
        Assert.Equal("default", server.Grid.Ingested.Single().Workspace);
    }

    private Task<Answer> SendAsync(string path, string json, string? authorization) =>
        _server.SendAsync(HttpMethod.Post, path, new ByteArrayContent(Encoding.UTF8.GetBytes(json)), null, r =>
        {
            if (authorization is not null) r.Headers.TryAddWithoutValidation("Authorization", authorization);
        });
}
