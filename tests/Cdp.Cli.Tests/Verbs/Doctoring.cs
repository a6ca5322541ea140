using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Cdp.Cli.Tests.Verbs;

public sealed class Doctoring : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new();
    private FakeServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        // The fake's Date header is the real time; the command's clock must agree.
        _cli.Clock.Advance(TimeProvider.System.GetUtcNow() - _cli.Clock.GetUtcNow());
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_is_well()
    {
        var run = await DoctorAsync();
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("may read, ingest, admin, erase", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Requests, r => r.StartsWith("DELETE", StringComparison.Ordinal) && !r.Contains("dryRun=true", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-600, "FAIL")]
    [InlineData(30, "warn")]
    public async Task A_wrong_clock_is_seen(int seconds, string word)
    {
        _cli.Clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Contains($" {word} ", (await DoctorAsync()).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_ready_says_why()
    {
        _server.Other = context => context.Request.Path == "/health/ready"
            ? FakeServer.Answer(context, 503, body: "{\"code\":\"not_ready\",\"detail\":\"The disk is full.\"}")
            : Task.FromResult(false);
        var run = await DoctorAsync();
        Assert.Equal(ExitCodes.Problem, run.Code);
        Assert.Contains("503 not_ready The disk is full.", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_seen()
    {
        _server.Fault = (context, _) => FakeServer.Answer(context, 401);
        _server.Other = context => context.Request.Path.StartsWithSegments("/v1") ? FakeServer.Answer(context, 401) : Task.FromResult(false);
        var run = await DoctorAsync();
        Assert.Equal(ExitCodes.Problem, run.Code);
        Assert.Contains("not known to the server", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_less_scope_is_told_with_its_scopes()
    {
        _server.Other = context => context.Request.Method != "GET" ? FakeServer.Answer(context, 403) : Task.FromResult(false);
        Assert.Contains("may read, ingest ", (await DoctorAsync()).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejects_are_counted_by_code()
    {
        _server.Other = async context =>
        {
            if (context.Request.Path != "/v1/rejects") return false;
            await context.Response.WriteAsync("{\"rejects\":[{\"code\":\"no_identifier\"},{\"code\":\"wrong_type\"},{\"code\":\"no_identifier\"}]}");
            return true;
        };
        Assert.Contains("no_identifier 2, wrong_type 1", (await DoctorAsync()).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_server_is_a_failed_check()
    {
        var run = await _cli.RunAsync("doctor", "--url", "http://127.0.0.1:1");
        Assert.Equal(ExitCodes.Problem, run.Code);
        Assert.Contains("connection refused", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_directory_is_looked_at_and_its_lock_seen()
    {
        _folder.Write("grid.db", "x");
        _folder.Write("grid.lock", "");
        Assert.Contains("free: no server runs here", (await DoctorAsync("--data", _folder.Path)).Out, StringComparison.Ordinal);
        using (new FileStream(_folder.File("grid.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Contains("held: a server runs here", (await DoctorAsync("--data", _folder.Path)).Out, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.Problem, (await DoctorAsync("--data", _folder.File("nowhere"))).Code);
    }

    private Task<CliResult> DoctorAsync(params string[] more) => _cli.RunAsync(["doctor", "--url", _server.Url, .. more]);
}
