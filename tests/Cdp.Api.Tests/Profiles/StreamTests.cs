using System.Net.Http.Headers;
using Cdp.Api.Profiles;
using Cdp.Api.Tests.Support;
using Cdp.Testing.Waiting;

namespace Cdp.Api.Tests.Profiles;

public sealed class StreamTests
{
    [Fact]
    public async Task A_stream_sends_the_profile_its_changes_and_heartbeats()
    {
        await using var server = await StartAsync();
        using var stream = await OpenAsync(server, "user_id:u1");
        Assert.Equal(["event: profile", "id: 1"], [await stream.LineAsync(), await stream.LineAsync()]);
        Assert.StartsWith("data: {\"id\":", await stream.LineAsync(), StringComparison.Ordinal);
        Assert.Equal("", await stream.LineAsync());

        await Eventually.TrueAsync("the heartbeat is armed", TimeSpan.FromSeconds(10), () => server.Time.IsArmedFor(ProfileStream.Heartbeat));
        server.Time.Advance(ProfileStream.Heartbeat);
        Assert.Equal([":", ""], [await stream.LineAsync(), await stream.LineAsync()]);

        await server.PostAsync("/v1/identify", """{"userId":"u1","traits":{"plan":"max"}}""");
        Assert.Equal(["event: profile", "id: 2"], [await stream.LineAsync(), await stream.LineAsync()]);
        Assert.Contains("\"max\"", await stream.LineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_ends_when_the_profile_is_erased()
    {
        await using var server = await StartAsync();
        using var stream = await OpenAsync(server, "user_id:u1");

        await server.SendAsync(HttpMethod.Delete, "/v1/profiles/user_id:u1", null, "all");

        await stream.ToEndAsync();
    }

    [Fact]
    public async Task A_stream_ends_cleanly_when_the_server_stops()
    {
        await using var server = await StartAsync();
        using var stream = await OpenAsync(server, "user_id:u1");

        var stopping = server.App.StopAsync();

        // A stream that broke off would throw here.
        await stream.ToEndAsync();
        await stopping;
    }

    [Fact]
    public async Task Streams_beyond_the_bound_are_refused_and_places_are_given_back()
    {
        await using var server = await ApiServer.StartAsync("""
            {"Cdp":{"Limits":{"MaxStreams":1},"Workspaces":{"shop":{"WriteKeys":["w1"],"ApiKeys":[{"Key":"all","Scopes":["read","erase"]}]}}}}
            """);
        await server.PostAsync("/v1/identify", """{"userId":"u1"}""");
        using (var first = await OpenAsync(server, "user_id:u1"))
        {
            Assert.Equal(429, (await server.GetAsync("/v1/profiles/user_id:u1/stream")).Status);
            await server.SendAsync(HttpMethod.Delete, "/v1/profiles/user_id:u1", null, "all");
            await first.ToEndAsync();
        }

        Assert.Equal(404, (await server.GetAsync("/v1/profiles/user_id:u1/stream")).Status);
    }

    private static async Task<ApiServer> StartAsync()
    {
        var server = await ApiServer.StartAsync();
        await server.PostAsync("/v1/identify", """{"userId":"u1","traits":{"plan":"pro"}}""");
        return server;
    }

    private static async Task<OpenStream> OpenAsync(ApiServer server, string profile)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/profiles/{profile}/stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "all");
        var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new OpenStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    private sealed record OpenStream(HttpResponseMessage Response, StreamReader Reader) : IDisposable
    {
        private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

        public async Task<string> LineAsync() => await Reader.ReadLineAsync().WaitAsync(s_patience) ?? "the end";

        public Task ToEndAsync() => Reader.ReadToEndAsync().WaitAsync(s_patience);

        public void Dispose()
        {
            Reader.Dispose();
            Response.Dispose();
        }
    }
}
