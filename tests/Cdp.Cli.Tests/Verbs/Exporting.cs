using System.Text.Json.Nodes;
using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Cdp.Cli.Tests.Verbs;

public sealed class Exporting : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new();
    private FakeServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _server.Other = AnswerAsync;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Profiles_are_written_a_line_each_and_missing_ones_named_by_position()
    {
        var refs = _folder.Write("refs", string.Concat(Enumerable.Range(1, 450).Select(i => $"user_id:{i}\n")) + "\nuser_id:none\nuser_id:bad\n");
        var run = await _cli.RunAsync("export", "--refs", refs, "--out", _folder.File("out"), "--url", _server.Url);
        Assert.Equal(ExitCodes.Problem, run.Code);
        var lines = File.ReadAllLines(_folder.File("out"));
        Assert.Equal(Enumerable.Range(1, 450).Select(i => $"user_id:{i}"), lines.Select(l => (string)JsonNode.Parse(l)!["id"]!));
        Assert.Contains("ref 452: no such profile", run.Error, StringComparison.Ordinal);
        Assert.Contains("ref 453: no valid reference", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("user_id", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("out.part")));
    }

    [Fact]
    public async Task Everything_of_a_person_is_copied_as_the_server_gives_it()
    {
        var run = await _cli.RunAsync("export", "email:a/b+c@x.de", "--what", "all", "--url", _server.Url);
        Assert.Equal((ExitCodes.Ok, "{\"kind\":\"profile\",\"city\":\"Köln\"}\n"), (run.Code, run.Out));
        Assert.Contains("GET /v1/profiles/email%3Aa%2Fb%2Bc%40x.de/export", _server.RawTargets);
    }

    [Fact]
    public async Task Refs_are_needed_once() => Assert.Equal(ExitCodes.Usage, (await _cli.RunAsync("export")).Code);

    private static async Task<bool> AnswerAsync(HttpContext context)
    {
        if (context.Request.Path.Value!.EndsWith("/export", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync("{\"kind\":\"profile\",\"city\":\"Köln\"}\n");
            return true;
        }

        if (context.Request.Path != "/v1/profiles/lookup") return false;
        var refs = (await JsonNode.ParseAsync(context.Request.Body))!["refs"]!.AsArray().Select(r => (string)r!).ToArray();
        if (refs.Contains("user_id:bad")) return await FakeServer.Answer(context, 400);
        var profiles = new JsonArray([.. refs.Select(r => r == "user_id:none" ? null : (JsonNode)new JsonObject { ["id"] = r })]);
        await context.Response.WriteAsync(new JsonObject { ["profiles"] = profiles }.ToJsonString());
        return true;
    }
}
