using Cdp.Api.Http;
using Cdp.Api.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Cdp.Api.Tests.Operations;

public sealed class OperationTests
{
    [Fact]
    public async Task Health_and_version_need_no_key()
    {
        await using var server = await ApiServer.StartAsync(exposed: true);

        Assert.Equal(200, (await server.GetAsync("/health/live", null)).Status);
        Assert.Equal(200, (await server.GetAsync("/health/ready", null)).Status);
        Assert.Equal(CdpApi.Version, (await server.GetAsync("/version", null)).Json.GetProperty("version").GetString());
    }

    [Fact]
    public async Task A_server_that_takes_no_events_says_why()
    {
        await using var server = await ApiServer.StartAsync();
        server.Grid.NotReady = "The store does not answer.";

        var answer = await server.GetAsync("/health/ready", null);

        Assert.Equal((503, "not_ready", "The store does not answer."), (answer.Status, answer.Code, answer.Json.GetProperty("detail").GetString()));
        Assert.Equal(200, (await server.GetAsync("/health/live", null)).Status);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    public async Task Metrics_and_openapi_need_an_api_key_unless_only_this_machine_can_ask(string path)
    {
        await using var open = await ApiServer.StartAsync();
        await using var exposed = await ApiServer.StartAsync(exposed: true);

        Assert.Equal(200, (await open.GetAsync(path, null)).Status);
        Assert.Equal(401, (await exposed.GetAsync(path, null)).Status);
        Assert.Equal(401, (await exposed.GetAsync(path, "w1")).Status);
        Assert.Equal(200, (await exposed.GetAsync(path, "loader")).Status);
    }

    [Fact]
    public async Task Metrics_count_events_rejects_and_requests_without_naming_anybody()
    {
        await using var server = await ApiServer.StartAsync();
        await server.PostAsync("/v1/batch", """{"batch":[{"type":"track","event":"x","userId":"secret"},{"type":"x"},5]}""");
        await server.GetAsync("/v1/profiles/user_id:secret");
        await server.GetAsync("/secret");

        var answer = await server.GetAsync("/metrics", null);

        Assert.StartsWith("text/plain; version=0.0.4", answer.Header("Content-Type"), StringComparison.Ordinal);
        var lines = answer.Body.Split('\n');
        Assert.Contains("cdp_ingest_events_total{status=\"applied\"} 1", lines);
        Assert.Contains("cdp_ingest_events_total{status=\"rejected\"} 2", lines);
        Assert.Contains("cdp_ingest_rejects_total{code=\"unknown_type\"} 1", lines);
        Assert.Contains("cdp_ingest_rejects_total{code=\"not_an_object\"} 1", lines);
        Assert.Contains("# TYPE http_server_request_duration_seconds histogram", lines);
        Assert.Contains("http_server_request_duration_seconds_count{http_route=\"/v1/profiles/{ref}\",http_request_method=\"GET\",http_response_status_code=\"200\"} 1", lines);
        Assert.Contains(lines, l => l.StartsWith("http_server_request_duration_seconds_bucket{http_route=\"/v1/batch\"", StringComparison.Ordinal) && l.Contains("le=\"+Inf\"} 1", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        Assert.All(lines.Where(l => l.Length > 0), l => Assert.Matches("^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[^}]*\\}|\\{.*\\})? [0-9.eE+-]+)$", l));
    }

    [Fact]
    public async Task The_members_of_the_grid_are_for_administrators()
    {
        await using var server = await ApiServer.StartAsync();

        var silo = Assert.Single((await server.GetAsync("/v1/grid")).Json.GetProperty("silos").EnumerateArray());
        Assert.Equal(("active", CdpApi.Version, true), (silo.GetProperty("status").GetString(), silo.GetProperty("version").GetString(), silo.GetProperty("self").GetBoolean()));
        Assert.Equal(0, silo.GetProperty("activations").GetProperty("customers").GetInt32());
        Assert.Equal(403, (await server.GetAsync("/v1/grid", "reader")).Status);
        Assert.Equal(401, (await server.GetAsync("/v1/grid", "nobody")).Status);
    }

    [Fact]
    public async Task The_openapi_document_is_valid_and_lists_every_route_and_code()
    {
        await using var server = await ApiServer.StartAsync();
        var body = (await server.GetAsync("/openapi/v1.json", null)).Body;

        var read = OpenApiDocument.Parse(body, OpenApiConstants.Json);

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Equal(CdpApi.Version, read.Document!.Info.Version);
        var documented = read.Document.Paths.SelectMany(p => p.Value.Operations!.Keys.Select(m => $"{m} {p.Key}")).Order(StringComparer.Ordinal);
        var mapped = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText}")).Order(StringComparer.Ordinal);
        Assert.Equal(mapped, documented);
        foreach (var problem in ProblemCode.All) Assert.Contains($"\"{problem.Code}\"", body, StringComparison.Ordinal);
    }
}
