using System.Text.Json;
using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Ingest;

public sealed class SdkTests
{
    [Fact]
    public async Task Segment_settings_name_the_host_that_the_client_reached()
    {
        await using var server = await ApiServer.StartAsync();

        var answer = await server.SendAsync(HttpMethod.Get, "/v1/projects/w1/settings", null, null, r => r.Headers.Host = "cdp.example:81");

        Assert.Equal(
            """{"integrations":{"Segment.io":{"apiKey":"w1","apiHost":"cdp.example:81/v1","protocol":"http"}},"plan":{},"edgeFunction":{},"middlewareSettings":{},"enabledMiddleware":{},"analyticsNextEnabled":true,"metrics":{"sampleRate":0},"legacyVideoPluginsEnabled":false,"remotePlugins":[]}""",
            answer.Body);
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Behind_tls_the_settings_say_https()
    {
        await using var server = await ApiServer.StartAsync();
        var answer = await server.SendAsync(HttpMethod.Get, "/v1/projects/w1/settings", null, null, r => r.Headers.Add("X-Forwarded-Proto", "https"));
        Assert.Equal("https", answer.Json.GetProperty("integrations").GetProperty("Segment.io").GetProperty("protocol").GetString());
    }

    [Theory]
    [InlineData("/v1/projects/nobody/settings")]
    [InlineData("/v1/projects/all/settings")]
    [InlineData("/sourceConfig/?writeKey=nobody")]
    [InlineData("/sourceConfig/")]
    public async Task An_unknown_write_key_gets_no_settings(string path)
    {
        await using var server = await ApiServer.StartAsync();
        var answer = await server.GetAsync(path, key: null);
        Assert.Equal((401, "unauthorized"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("/sourceConfig/?p=npm&v=3&build=modern&writeKey=w1")]
    [InlineData("/sourceConfig?writeKey=w1")]
    public async Task Rudder_settings_come_with_and_without_the_slash(string path)
    {
        await using var server = await ApiServer.StartAsync();

        var source = (await server.GetAsync(path, key: null)).Json.GetProperty("source");

        Assert.Equal(("w1", true, "shop"), (source.GetProperty("writeKey").GetString(), source.GetProperty("enabled").GetBoolean(), source.GetProperty("workspaceId").GetString()));
        Assert.False(source.GetProperty("config").GetProperty("statsCollection").GetProperty("errors").GetProperty("enabled").GetBoolean());
        Assert.Equal(JsonValueKind.Array, source.GetProperty("destinations").ValueKind);
        Assert.Equal(JsonValueKind.Object, source.GetProperty("dataplanes").ValueKind);
    }

    [Fact]
    public async Task Analytics_js_is_served_from_the_configured_folder()
    {
        var folder = Directory.CreateTempSubdirectory("cdp-js-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "standalone.js"), "// the script");
        await using var server = await ApiServer.StartAsync($$$"""{"Cdp":{"AnalyticsJs":{{{JsonSerializer.Serialize(folder.FullName)}}},"Workspaces":{"shop":{"WriteKeys":["w1"] } } } }""");

        var answer = await server.GetAsync("/analytics.js/v1/w1/analytics.min.js", key: null);
        var again = await server.GetAsync("/analytics.js/v1/w1/analytics.min.js", key: null, ifNoneMatch: answer.Header("ETag"));

        Assert.Equal((200, "// the script", "text/javascript; charset=utf-8"), (answer.Status, answer.Body, answer.Header("Content-Type")));
        Assert.Contains("max-age", answer.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Equal(304, again.Status);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Without_a_folder_the_answer_says_what_to_install()
    {
        await using var server = await ApiServer.StartAsync();
        var answer = await server.GetAsync("/analytics.js/v1/w1/analytics.min.js", key: null);
        Assert.Equal((404, "analytics_js_not_installed"), (answer.Status, answer.Code));
        Assert.Contains("@segment/analytics-next", answer.Body, StringComparison.Ordinal);
        Assert.Contains("Cdp:AnalyticsJs", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sdks_metrics_about_itself_are_dropped()
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Equal(200, (await server.PostAsync("/v1/m", """{"series":[]}""", null)).Status);
        Assert.Empty(server.Grid.Ingested);
    }
}
