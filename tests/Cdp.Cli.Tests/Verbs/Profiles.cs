using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Cdp.Cli.Tests.Verbs;

public sealed class Profiles : IAsyncLifetime
{
    private const string Json = """
        {"id":"0198","workspace":"default","version":7,"identified":true,"createdAt":"2026-01-01T00:00:00Z","mergedIds":[],
         "identifiers":[{"type":"email","value":"a@b.de","linkedAt":"2026-01-01T00:00:00Z","lastSeenAt":"2026-01-02T00:00:00Z","source":"crm"}],
         "traits":{"name":"Ann [x] \u001b[31m","plan":{"tier":1}},"computed":{"eventCount":3},
         "events":[{"timestamp":"2026-01-02T00:00:00Z","type":"track","name":"Bought","source":"web"}]}
        """;

    private readonly CliRun _cli = new();
    private FakeServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _server.Other = async context =>
        {
            if (context.Request.Query["ref"] == "email:no@x.de" || context.Request.Path != "/v1/profiles") return false;
            await context.Response.WriteAsync(Json);
            return true;
        };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_profile_is_shown_in_tables_without_control_characters()
    {
        var run = await _cli.RunAsync("profile", "get", "email:a@b.de", "--include", "events", "--url", _server.Url);
        Assert.Equal((ExitCodes.Ok, ""), (run.Code, run.Error));
        foreach (var part in new[] { "0198", "a@b.de", "Ann [x]", "{\"tier\":1}", "eventCount", "Bought" }) Assert.Contains(part, run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
        Assert.Contains("GET /v1/profiles?ref=email%3Aa%40b.de&include=events", _server.RawTargets);
    }

    [Fact]
    public async Task Json_is_passed_on_as_it_is() =>
        Assert.Equal(Json, (await _cli.RunAsync("profile", "get", "email:a@b.de", "--json", "--url", _server.Url)).Out.TrimEnd());

    [Fact]
    public async Task A_profile_that_is_not_there_is_exit_code_1_and_its_ref_is_not_repeated()
    {
        var run = await _cli.RunAsync("profile", "get", "email:no@x.de", "--url", _server.Url);
        Assert.Equal((ExitCodes.Problem, "cdp: there is no such profile.\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task A_ref_of_no_known_form_is_exit_code_2() => Assert.Equal(ExitCodes.Usage, (await _cli.RunAsync("profile", "get", "a@b.de", "--url", _server.Url)).Code);

    [Fact]
    public async Task A_key_is_needed_off_this_machine() =>
        Assert.Equal(ExitCodes.Usage, (await _cli.RunAsync("profile", "get", "email:a@b.de", "--url", "http://cdp.example")).Code);
}
